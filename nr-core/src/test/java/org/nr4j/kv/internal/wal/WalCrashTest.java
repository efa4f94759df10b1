package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nr4j.testing.Soak;

/** Checks that crashes lose nothing that was synced, whatever the disk does with the rest. */
class WalCrashTest {
    private static final int RUNS = 4_000;

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
}
