package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.disk.ModelDisk;

/** Checks appending, rolling, bases, and what the log does when the disk fails or is full. */
class WriteAheadLogTest {
    private final ModelDisk disk = new ModelDisk(new Random(1));

    @Test
    void syncedRecords_surviveAPowerFailure_andSyncAgainDoesNothing() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "one", "two");
        Wal.append(log, "");
        log.sync();
        log.sync();
        assertThat(Wal.read(disk.crash()).records).containsExactly("one", "two", "");
        WalCounters counters = log.counters();
        assertThat(counters.records()).isEqualTo(3);
        assertThat(counters.bytes()).isEqualTo(3 * 24 + 6).isEqualTo(log.position() - 64);
        assertThat(counters.syncs()).isEqualTo(1);
        assertThat(counters.syncNanos()).isEqualTo(counters.longestSyncNanos()).isPositive();
        assertThat(counters.segments()).isEqualTo(1);
        assertThat(counters.segmentBytes()).isEqualTo(log.position());
    }

    @Test
    void append_takesTheRemainingBytes_andLeavesTheBufferAsItWas() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(8).put(Wal.bytes("abcdefgh")).flip();
        direct.position(2).limit(5);
        log.append(direct, direct.asReadOnlyBuffer());
        log.append();
        assertThat(direct.position()).isEqualTo(2);
        assertThat(direct.limit()).isEqualTo(5);
        assertThat(Wal.read(disk).records).containsExactly("cde", "cde");
    }

    @Test
    void groupsOfAnyLength_areWhole() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        String large = "x".repeat((1 << 20) - 40);
        String larger = "y".repeat(3 << 20);
        Wal.append(log, large, "a", larger, "b");
        Wal.append(log, "c");
        assertThat(Wal.read(disk).records).containsExactly(large, "a", larger, "b", "c");
    }

    @Test
    void tooLongRecord_isRefused_andTheLogGoesOn(@TempDir Path directory) throws IOException {
        WriteAheadLog log = Wal.open(disk);
        try (FileChannel sparse = FileChannel.open(
                directory.resolve("sparse"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            ByteBuffer huge = sparse.map(FileChannel.MapMode.READ_WRITE, 0, Integer.MAX_VALUE - 63);
            assertThatThrownBy(() -> log.append(Wal.bytes("one"), huge))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "a record must not be longer than 2147483583 bytes: length=2147483584; split the batch");
        }
        Wal.append(log, "two");
        assertThat(Wal.read(disk).records).containsExactly("two");
    }

    @Test
    void roll_keepsTheOrder_andChecksTheIndexes() throws IOException {
        try (WriteAheadLog log = Wal.read(disk).recovery.start(5, 7)) {
            Wal.append(log, "one");
            log.roll(6, 7);
            log.roll(6, 7);
            Wal.append(log, "two");
            for (long[] wrong : new long[][] {{5, 7}, {6, 6}, {7}, {7, 7, 7}, {}}) {
                assertThatThrownBy(() -> log.roll(wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith("indexes must not go back: indexes=[");
            }
            assertThat(log.segmentName()).isEqualTo("segment-0000000000000003.wal");
            assertThat(log.counters().segments()).isEqualTo(3);
        }
        assertThat(Wal.read(disk).records).containsExactly("one", "two");
        assertThat(disk.opened()).isZero();
    }

    @Test
    void base_replacesTheSegmentsThatItCovers_andTheOldBase() throws IOException {
        Wal.open(disk).close();
        try (WriteAheadLog log = Wal.open(disk)) {
            Wal.append(log, "one");
            log.roll(1);
            Wal.append(log, "two");
            log.roll(2);
            Wal.append(log, "three");
            Wal.installBase(log, "first", 0);
            assertThat(disk.list())
                    .containsExactly(
                            "base-0000000000000001.snapshot",
                            "manifest",
                            "segment-0000000000000002.wal",
                            "segment-0000000000000003.wal",
                            "segment-0000000000000004.wal");
            Wal.installBase(log, "second", 1);
            assertThat(log.counters().segments()).isEqualTo(2);
            Wal.installBase(log, "third", 3);
            assertThat(disk.list())
                    .containsExactly("base-0000000000000003.snapshot", "manifest", "segment-0000000000000004.wal");
            assertThat(log.counters().segmentBytes()).isEqualTo(log.position());
            assertThat(log.counters().leftovers()).isZero();
            assertThatThrownBy(() -> Wal.installBase(log, "older", 2)).isInstanceOf(IllegalArgumentException.class);
        }
        Wal read = Wal.read(disk);
        assertThat(read.base).isEqualTo("third");
        assertThat(read.records).containsExactly("three");
        assertThat(disk.list()).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void segmentsOfEarlierOpenings_goWithTheFirstBase() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (WriteAheadLog log = Wal.open(disk)) {
                Wal.append(log, "record");
            }
        }
        try (WriteAheadLog log = Wal.open(disk)) {
            assertThat(log.counters().segments()).isEqualTo(4);
            Wal.installBase(log, "base", 0);
            assertThat(log.counters().segments()).isEqualTo(1);
        }
        assertThat(Wal.read(disk).records).isEmpty();
    }

    @Test
    void baseThatIsNotComplete_isNotInstalled_andGoesWhenClosed() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        try (BaseWriter writer = log.newBase()) {
            writer.write('a');
            assertThatThrownBy(() -> log.installBase(writer, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a base must be complete before it is installed: bytes=0; call complete() first");
            assertThat(disk.list()).contains("base-0000000000000001.tmp");
        }
        assertThat(disk.list()).containsExactly("manifest", "segment-0000000000000001.wal");
    }

    @Test
    void baseThatFailed_isLost_andTheLogGoesOn() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        try (BaseWriter writer = log.newBase()) {
            writer.write(new byte[100]);
            disk.failAfter(0, false);
            assertThatThrownBy(writer::complete).hasMessageStartingWith("injected");
            assertThatThrownBy(writer::complete)
                    .hasMessage("a base must not be continued after a failed write: file=base-0000000000000001.tmp"
                            + "; write another one");
        }
        Wal.append(log, "one");
        Wal.installBase(log, "base", 1);
        assertThat(Wal.read(disk).base).isEqualTo("base");
    }

    @Test
    void fileThatCannotBeDeleted_isCounted_andGoesAtTheNextOpening() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        log.roll(0);
        try (BaseWriter writer = log.newBase()) {
            writer.complete();
            // Rename, sync of the directory; delete, create, write, sync, rename, sync of the manifest.
            disk.failAfter(8, false);
            log.installBase(writer, 0);
        }
        assertThat(disk.hasFailed()).isTrue();
        assertThat(log.counters().leftovers()).isEqualTo(1);
        assertThat(disk.list()).contains("segment-0000000000000001.wal");
        log.close();
        Wal.open(disk).close();
        assertThat(disk.list()).doesNotContain("segment-0000000000000001.wal");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failedSync_isFinal(boolean always) throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "one");
        disk.failAfter(0, always);
        assertThatThrownBy(log::sync).hasMessageStartingWith("injected: sync");
        byte[] before = disk.bytes("segment-0000000000000001.wal");
        disk.failNoMore();
        try (BaseWriter writer = log.newBase()) {
            assertThat(writer).isNull();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("file=segment-0000000000000001.wal");
        }
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(log::sync)
                    .hasMessage("a log must not be used after a failed write or sync: file="
                            + "segment-0000000000000001.wal; find the cause below, and open the store again")
                    .hasRootCauseMessage("injected: sync segment-0000000000000001.wal");
            assertThatThrownBy(() -> Wal.append(log, "two")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> log.roll(1)).isInstanceOf(IOException.class);
        }
        log.close();
        assertThat(disk.bytes("segment-0000000000000001.wal")).isEqualTo(before);
        assertThat(disk.opened()).isZero();
    }

    @Test
    void shortWrite_isFinal() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        disk.failAfter(0, false);
        assertThatThrownBy(() -> Wal.append(log, "one")).hasMessageStartingWith("injected: short write");
        assertThatThrownBy(() -> Wal.append(log, "one")).hasMessageStartingWith("a log must not be used after");
        assertThat(log.counters().records()).isZero();
    }

    @Test
    void fullDisk_takesTheGroupBack_andTheSameAppendWorksOnceThereIsRoom() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "one");
        long end = log.position();
        disk.capacity(disk.used() + 60);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Wal.append(log, "two", "three, which is too long"))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessage("a disk must have space for a log: file=segment-0000000000000001.wal"
                            + "; make room and try again");
            assertThat(log.position()).isEqualTo(end);
            assertThat(Wal.read(disk.crash()).records).containsExactly("one");
        }
        Wal.append(log, "2");
        disk.capacity(Long.MAX_VALUE);
        Wal.append(log, "two", "three, which is too long");
        log.sync();
        assertThat(Wal.read(disk.crash()).records).containsExactly("one", "2", "two", "three, which is too long");
        assertThat(log.counters().records()).isEqualTo(4);
    }

    @Test
    void fullDisk_atAnyPlaceOfARollOrBase_leavesTheLogAsItWas() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "one");
        int full = 0;
        for (int room = 0; room < 300; room++) {
            List<String> before = disk.list();
            disk.capacity(disk.used() + room);
            try {
                log.roll(1);
                break;
            } catch (DiskFullException e) {
                full++;
            }
            try {
                Wal.installBase(log, "base", 1);
                break;
            } catch (DiskFullException e) {
                full++;
            }
            assertThat(disk.list()).isEqualTo(before);
            assertThat(Wal.read(disk.crash()).records).containsExactly("one");
        }
        assertThat(full).isGreaterThan(100);
        disk.capacity(Long.MAX_VALUE);
        Wal.append(log, "two");
        log.close();
        assertThat(Wal.read(disk.crash()).records).endsWith("two");
    }

    @Test
    void fullDiskAtTheEnd_losesTheMarkOfTheEndOnly() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "one");
        disk.capacity(disk.used() + 10);
        log.close();
        ModelDisk left = disk.crash();
        assertThat(Wal.read(left).records).containsExactly("one");
        assertThat(Wal.read(left).torn).isNull();
        Wal.open(left).close();
        assertThat(Wal.read(left).records).containsExactly("one");
    }

    @Test
    void closedLog_saysSo_andCloseIsIdempotent() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        log.close();
        log.close();
        assertThatThrownBy(log::sync)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a log must be open: closed=true; open the store again");
        assertThatThrownBy(() -> Wal.append(log, "one")).isInstanceOf(IllegalStateException.class);
    }
}
