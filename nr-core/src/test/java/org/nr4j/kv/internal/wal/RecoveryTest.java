package org.nr4j.kv.internal.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.ModelDisk;

/** Checks what opening finds, refuses, deletes and cuts. */
class RecoveryTest {
    private static final String FIRST = "segment-0000000000000001.wal";
    private static final String SECOND = "segment-0000000000000002.wal";
    private static final String THIRD = "segment-0000000000000003.wal";

    private final ModelDisk disk = new ModelDisk(new Random(1));

    private void write() throws IOException {
        try (WriteAheadLog log = Wal.open(disk)) {
            Wal.append(log, "one");
            Wal.installBase(log, "base", 1);
            log.roll(1);
            Wal.append(log, "two");
        }
    }

    @Test
    void newDirectory_isEmpty_andReadingChangesNothing() throws IOException {
        Wal read = Wal.read(disk);
        assertThat(read.recovery.isNew()).isTrue();
        assertThat(read.base).isNull();
        assertThat(read.records).isEmpty();
        assertThat(read.torn).isNull();
        assertThat(disk.list()).isEmpty();
        assertThatThrownBy(read.recovery::openBase).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reopening_oftenAddsAndNeverOverwrites() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (WriteAheadLog log = Wal.open(disk)) {
                assertThat(log.epoch()).isEqualTo(i + 1);
                Wal.append(log, "record " + i);
                expected.add("record " + i);
            }
            assertThat(Wal.read(disk).records).isEqualTo(expected);
        }
        assertThat(Wal.read(disk).places).containsExactly("1:1:64", "2:2:64", "3:3:64", "4:4:64", "5:5:64");
        assertThat(disk.opened()).isZero();
    }

    @Test
    void base_isGivenWithItsPosition_andReadingReportsProgress() throws IOException {
        write();
        List<Long> reported = new ArrayList<>();
        long total = disk.used() - disk.bytes("manifest").length;
        Recovery recovery = Recovery.open(disk, (read, all) -> {
            assertThat(all).isEqualTo(total);
            reported.add(read);
        });
        assertThat(recovery.isNew()).isFalse();
        assertThat(recovery.base().name()).isEqualTo("base-0000000000000001.snapshot");
        assertThat(recovery.base().bytes()).isEqualTo(4);
        assertThat(recovery.base().position().epoch()).isEqualTo(1);
        assertThat(recovery.base().position().indexes()).containsExactly(1);
        recovery.openBase().readAllBytes();
        recovery.replay((segment, offset, payload) -> {});
        assertThat(reported).isNotEmpty().last().isEqualTo(total);
    }

    @Test
    void start_needsReplay_andReplayIsOnce() throws IOException {
        Recovery recovery = Recovery.open(disk, (read, total) -> {});
        assertThatThrownBy(() -> recovery.start(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a log must be read before it starts: replayed=false; call replay() first");
        recovery.replay((segment, offset, payload) -> {});
        assertThatThrownBy(() -> recovery.replay((segment, offset, payload) -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> recovery.start()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> recovery.start(new long[257]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a store must have from 1 to 256 operation logs: indexes=257; pass one index for each log");
    }

    @Test
    void severalOperationLogs_haveTheirIndexesInEachSegment() throws IOException {
        long[] most = new long[256];
        Arrays.setAll(most, i -> i);
        try (WriteAheadLog log = Wal.read(disk).recovery.start(most)) {
            Wal.append(log, "one");
        }
        Recovery recovery = Recovery.open(disk, (read, total) -> {});
        recovery.replay((segment, offset, payload) ->
                assertThat(segment.start().indexes()).isEqualTo(most));
        recovery.start(1, 2).close();
        assertThat(Wal.read(disk).records).containsExactly("one");
    }

    @Test
    void cutTail_isReportedOnce_andNewRecordsFollow() throws IOException {
        write();
        byte[] whole = disk.bytes(SECOND);
        int end = whole.length - 24;
        disk.put(SECOND, Arrays.copyOf(whole, end - 1));
        Wal read = Wal.read(disk);
        assertThat(read.records).containsExactly("one");
        assertThat(read.torn.file()).isEqualTo(SECOND);
        assertThat(read.torn.offset()).isEqualTo(64);
        assertThat(read.torn.bytes()).isEqualTo(end - 1 - 64);
        try (WriteAheadLog log = read.recovery.start(0)) {
            Wal.append(log, "three");
        }
        assertThat(disk.bytes(SECOND))
                .as("the header and the record of the end")
                .hasSize(64 + 24);
        assertThat(Wal.read(disk).torn).isNull();
        assertThat(Wal.read(disk).records).containsExactly("one", "three");
    }

    @Test
    void unsyncedTail_endsAtTheFirstBadRecord_evenIfLaterOnesAreIntact() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "safe");
        log.sync();
        Wal.append(log, "lost", "behind");
        byte[] bytes = disk.bytes(FIRST);
        bytes[64 + 28 + 24] ^= 1;
        disk.put(FIRST, bytes);
        Wal read = Wal.read(disk);
        assertThat(read.records).containsExactly("safe");
        assertThat(read.torn.offset()).isEqualTo(64 + 28);
    }

    @Test
    void syncedRecord_isDamagedIfALaterOneKnowsOfTheSync() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "safe");
        log.sync();
        Wal.append(log, "behind");
        byte[] bytes = disk.bytes(FIRST);
        bytes[64 + 24] ^= 1;
        // The later record's header is enough. Its payload may be torn.
        disk.put(FIRST, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> Wal.read(disk)).isInstanceOfSatisfying(DamagedLogException.class, e -> {
            assertThat(e.file()).isEqualTo(FIRST);
            assertThat(e.offset()).isEqualTo(64);
        });
    }

    @Test
    void damageBehindALongRecord_isFoundAcrossTheReadersBuffer() throws IOException {
        WriteAheadLog log = Wal.open(disk);
        Wal.append(log, "x".repeat(200_000), "y".repeat(65_536));
        log.sync();
        Wal.append(log, "behind");
        assertThat(Wal.read(disk).records).hasSize(3).last().isEqualTo("behind");
        byte[] bytes = disk.bytes(FIRST);
        bytes[64] ^= 1;
        disk.put(FIRST, bytes);
        assertThatThrownBy(() -> Wal.read(disk)).isInstanceOf(DamagedLogException.class);
    }

    @Test
    void records_areReadWhereverTheReadersBufferEnds() throws IOException {
        int bufferLength = 1 << 16;
        for (int length = bufferLength - 60; length < bufferLength + 60; length++) {
            ModelDisk other = new ModelDisk(new Random(1));
            WriteAheadLog log = Wal.open(other);
            String first = "x".repeat(length - 64 - 24);
            Wal.append(log, first, "second", "third");
            assertThat(Wal.read(other).records).containsExactly(first, "second", "third");
        }
    }

    @Test
    void missingFiles_areDamage() throws IOException {
        write();
        for (String name : disk.list()) {
            ModelDisk copy = disk.copy();
            copy.delete(name);
            assertThatThrownBy(() -> Wal.open(copy)).as(name).isInstanceOfSatisfying(DamagedLogException.class, e -> {
                assertThat(e.file()).isEqualTo(name);
                assertThat(e.offset()).isZero();
            });
            assertThat(copy.list()).doesNotContain(name).hasSize(disk.list().size() - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes.txt",
                "segment-1.wal",
                "segment-00000000000000FF.wal",
                "base-0000000000000001.wal",
                "lost+found",
                "manifest.bak"
            })
    void fileOfAnotherProgram_isRefusedAndNothingChanged(String name) throws IOException {
        write();
        disk.put(name, new byte[0]);
        disk.put("base-00000000000000aa.tmp", new byte[3]);
        List<String> before = disk.list();
        assertThatThrownBy(() -> Wal.open(disk))
                .hasMessage("a log's directory must have no files of another program: file=" + name
                        + "; move the file away, or name another directory");
        assertThat(disk.list()).isEqualTo(before);
    }

    @Test
    void leftovers_areDeletedAtTheStart() throws IOException {
        write();
        List<String> before = disk.list();
        List<String> leftovers = List.of(
                "manifest.tmp",
                THIRD,
                "segment-0000000000000000.wal",
                "base-0000000000000002.snapshot",
                "base-0000000000000002.tmp");
        for (String name : leftovers) {
            disk.put(name, new byte[7]);
        }
        Wal read = Wal.read(disk);
        assertThat(disk.list()).containsAll(leftovers);
        read.recovery.start(0).close();
        List<String> expected = new ArrayList<>(before);
        expected.add(THIRD);
        assertThat(disk.list()).isEqualTo(expected);
        assertThat(disk.bytes(THIRD)).hasSizeGreaterThan(64);
    }

    @Test
    void oldManifest_isDamage_notAReasonToDeleteNewerSegments() throws IOException {
        write();
        byte[] old = disk.bytes("manifest");
        String twoMore = "segment-0000000000000004.wal";
        try (WriteAheadLog log = Wal.open(disk)) {
            Wal.append(log, "three");
        }
        ModelDisk one = disk.copy();
        one.put("manifest", old);
        assertThatThrownBy(() -> Wal.read(one))
                .isInstanceOfSatisfying(
                        DamagedLogException.class, e -> assertThat(e.file()).isEqualTo(THIRD));
        Wal.open(disk).close();
        disk.put("manifest", old);
        disk.delete(THIRD);
        assertThatThrownBy(() -> Wal.read(disk))
                .isInstanceOfSatisfying(
                        DamagedLogException.class, e -> assertThat(e.file()).isEqualTo(twoMore));
    }
}
