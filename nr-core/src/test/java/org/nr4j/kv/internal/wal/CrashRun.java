package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.internal.segment.TornTail;

/**
 * The random life of one log: appends, syncs, rolls, bases, failing calls, full disks, power failures. After each
 * opening it checks that everything that was synced is there, and nothing but what was appended.
 *
 * <p>Record number n starts with n, and a base holds the number of records that it replaces.
 */
final class CrashRun {
    /** How often the runs met what they are for. */
    static final class Met {
        int lives;
        int tornTails;
        int fullDisks;
        int deadLogs;
        int installedBases;
        int failedOpenings;

        @Override
        public String toString() {
            return "lives=" + lives + " tornTails=" + tornTails + " fullDisks=" + fullDisks + " deadLogs=" + deadLogs
                    + " installedBases=" + installedBases + " failedOpenings=" + failedOpenings;
        }
    }

    /** A base that was begun, and what it has. */
    private record PendingBase(BaseWriter writer, long[] indexes) {}

    private static final int RECORD_MARK = 0x6E723452;

    private final Random random;
    private final Met met;
    private final int logs;
    private final List<byte[]> appended = new ArrayList<>();

    /** As many records must survive. */
    private int safe;

    private ModelDisk disk;
    private WriteAheadLog log;
    private PendingBase base;
    private long[] indexes;

    CrashRun(long seed, Met met) {
        this.random = new Random(seed);
        this.met = met;
        this.logs = 1 + random.nextInt(3);
        this.disk = new ModelDisk(random);
    }

    void run() throws IOException {
        int lives = 2 + random.nextInt(4);
        for (int i = 0; i < lives; i++) {
            met.lives++;
            injectFaults();
            live();
            disk.failNoMore();
            disk.capacity(Long.MAX_VALUE);
            if (random.nextInt(3) > 0) {
                disk = disk.crash();
            }
        }
        open();
        assertThat(disk.opened()).as("open files").isGreaterThanOrEqualTo(1);
    }

    private void injectFaults() {
        switch (random.nextInt(6)) {
            case 0 -> disk.failAfter(random.nextInt(80), /* always= */ false);
            case 1 -> disk.failAfter(random.nextInt(80), /* always= */ true);
            case 2 -> disk.capacity(disk.used() + random.nextInt(6_000));
            default -> {}
        }
    }

    private void live() throws IOException {
        log = null;
        base = null;
        try {
            open();
        } catch (DamagedLogException e) {
            throw e;
        } catch (IOException e) {
            assertInjected(e);
            met.failedOpenings++;
            return;
        }
        int steps = random.nextInt(30);
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (DiskFullException e) {
                met.fullDisks++;
                if (random.nextBoolean()) {
                    disk.capacity(Long.MAX_VALUE);
                }
            } catch (IOException e) {
                assertInjected(e);
                if (isDead()) {
                    met.deadLogs++;
                    break;
                }
            }
        }
        if (random.nextInt(3) == 0) {
            close();
        }
    }

    private void assertInjected(IOException e) {
        if (!(e instanceof DiskFullException) && !disk.hasFailed()) {
            throw new AssertionError("no call failed, and yet:", e);
        }
    }

    /** After the failure nothing succeeds, though the disk may work again. */
    private boolean isDead() throws IOException {
        disk.failNoMore();
        try {
            log.sync();
            return false;
        } catch (IOException dead) {
            assertThat(dead)
                    .hasMessageContaining("after a failed write or sync")
                    .hasCauseInstanceOf(Throwable.class);
        }
        for (int i = 0; i < 3; i++) {
            int count = appended.size();
            try {
                step();
                // Only what does not concern the log may succeed: a base that is being written.
                assertThat(appended).hasSize(count);
            } catch (IOException expected) {
                appended.subList(count, appended.size()).clear();
            }
        }
        return true;
    }

    private void step() throws IOException {
        int kind = random.nextInt(20);
        if (kind < 11) {
            append();
        } else if (kind < 15) {
            int count = appended.size();
            log.sync();
            safe = count;
        } else if (kind < 17) {
            int count = appended.size();
            log.roll(indexes.clone());
            safe = count;
        } else if (base == null) {
            beginBase();
        } else {
            installBase();
        }
    }

    private void append() throws IOException {
        int first = appended.size();
        ByteBuffer[] group = new ByteBuffer[1 + random.nextInt(3)];
        for (int i = 0; i < group.length; i++) {
            byte[] payload = payload(first + i);
            appended.add(payload);
            group[i] = ByteBuffer.wrap(payload);
        }
        try {
            log.append(group);
        } catch (DiskFullException e) {
            appended.subList(first, appended.size()).clear();
            throw e;
        }
        for (int i = 0; i < group.length; i++) {
            indexes[(first + i) % logs]++;
        }
    }

    private byte[] payload(int number) {
        int length = random.nextInt(8) == 0 ? random.nextInt(2_500) : random.nextInt(60);
        ByteBuffer payload = ByteBuffer.allocate(Long.BYTES + length).putLong(number);
        while (payload.remaining() >= Integer.BYTES) {
            payload.putInt(random.nextInt(4) == 0 ? RECORD_MARK : random.nextInt());
        }
        return payload.array();
    }

    private void beginBase() throws IOException {
        BaseWriter writer = log.newBase();
        base = new PendingBase(writer, indexes.clone());
        try {
            writer.write(
                    ByteBuffer.allocate(Long.BYTES).putLong(appended.size()).array());
            writer.complete();
        } catch (IOException e) {
            base = null;
            writer.close();
            throw e;
        }
    }

    private void installBase() throws IOException {
        PendingBase pending = base;
        base = null;
        try (BaseWriter writer = pending.writer) {
            if (random.nextInt(4) > 0) {
                log.installBase(writer, pending.indexes);
                met.installedBases++;
            }
        }
    }

    private void close() throws IOException {
        try {
            int count = appended.size();
            log.close();
            safe = disk.hasFailed() ? safe : count;
        } catch (IOException e) {
            assertInjected(e);
        }
    }

    private void open() throws IOException {
        Recovery recovery =
                Recovery.open(disk, (bytes, total) -> assertThat(bytes).isLessThanOrEqualTo(total));
        int[] next = {baseOf(recovery)};
        int fromBase = next[0];
        TornTail torn = recovery.replay((segment, offset, payload) -> {
            int number = (int) ByteBuffer.wrap(payload).getLong();
            assertThat(number).as("record").isBetween(0, appended.size() - 1);
            if (number >= fromBase) {
                assertThat(number).as("next record").isEqualTo(next[0]++);
            }
            assertThat(Arrays.equals(payload, appended.get(number)))
                    .as("record %s is as appended", number)
                    .isTrue();
        });
        assertThat(next[0]).as("records that survived").isGreaterThanOrEqualTo(safe);
        if (torn != null) {
            met.tornTails++;
            assertThat(disk.bytes(torn.file()).length).isEqualTo(torn.offset() + torn.bytes());
        }
        indexes = new long[logs];
        log = recovery.start(indexes.clone());
        appended.subList(next[0], appended.size()).clear();
        safe = next[0];
    }

    private int baseOf(Recovery recovery) throws IOException {
        if (recovery.base() == null) {
            return 0;
        }
        try (InputStream in = recovery.openBase()) {
            byte[] bytes = in.readAllBytes();
            assertThat(bytes).as("base").hasSize(Long.BYTES);
            return (int) ByteBuffer.wrap(bytes).getLong();
        }
    }
}
