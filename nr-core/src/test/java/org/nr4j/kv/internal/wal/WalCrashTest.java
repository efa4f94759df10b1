package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.testing.Soak;

/** Checks that crashes lose nothing that was synced, whatever the disk does with the rest. */
class WalCrashTest {
    private static final int RUNS = 3_000;

    /** The first seed. Another one repeats a failure at once: {@code -Dnr.wal.seed=...}. */
    private static final long FIRST = Long.getLong("nr.wal.seed", 0);

    @Test
    void everythingSynced_survivesCrashes_andNothingElseAppears() {
        CrashRun.Met met = new CrashRun.Met();
        for (long seed = FIRST; seed < FIRST + Soak.times(RUNS); seed++) {
            try {
                new CrashRun(seed, met).run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed=" + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(met.tornTails).as("%s", met).isGreaterThan(RUNS / 10);
        assertThat(met.fullDisks).as("%s", met).isGreaterThan(RUNS / 10);
        assertThat(met.deadLogs).as("%s", met).isGreaterThan(RUNS / 10);
        assertThat(met.installedBases).as("%s", met).isGreaterThan(RUNS / 10);
        assertThat(met.failedOpenings).as("%s", met).isGreaterThan(RUNS / 20);
    }

    /** The calls of a short life, each of which is once the first that fails. So no moment is left to chance. */
    @Test
    void powerFailureAtEachCall_losesNothingSynced() throws IOException {
        int call = 0;
        boolean failed = true;
        while (failed) {
            for (int seed = 0; seed < Soak.times(40); seed++) {
                ModelDisk disk = new ModelDisk(new Random(seed));
                disk.failAfter(call, /* always= */ true);
                int safe = shortLife(disk);
                failed = disk.hasFailed();
                String place = "call=" + call + " seed=" + seed;
                assertThat(survivors(disk.crash(), place)).as(place).isGreaterThanOrEqualTo(safe);
            }
            call++;
        }
        assertThat(call).isGreaterThan(60);
    }

    /** Returns how many records were synced when a call failed, or at the end. */
    private static int shortLife(ModelDisk disk) {
        int safe = 0;
        try {
            WriteAheadLog log = Wal.open(disk);
            Wal.append(log, "0", "1");
            log.sync();
            safe = 2;
            Wal.append(log, "2");
            log.roll(3);
            safe = 3;
            Wal.append(log, "3");
            Wal.installBase(log, "3", 3);
            Wal.append(log, "4");
            log.close();
            safe = 5;
            log = Wal.open(disk);
            Wal.append(log, "5");
            Wal.installBase(log, "6", 1);
            safe = 6;
            log.close();
        } catch (IOException e) {
            assertThat(disk.hasFailed()).isTrue();
        }
        return safe;
    }

    /** Returns how many records there are, those in the base included. */
    private static int survivors(ModelDisk disk, String place) {
        try {
            Wal read = Wal.read(disk);
            int base = read.base == null ? 0 : Integer.parseInt(read.base);
            int next = base;
            for (String record : read.records) {
                if (Integer.parseInt(record) >= base) {
                    assertThat(record).as(place).isEqualTo("" + next++);
                }
            }
            return next;
        } catch (IOException e) {
            throw new AssertionError(place, e);
        }
    }
}
