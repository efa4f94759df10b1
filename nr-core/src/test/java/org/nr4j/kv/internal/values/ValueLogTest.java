package org.nr4j.kv.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nr4j.kv.durable.DamagedLogException;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.disk.ModelDisk;
import org.nr4j.kv.internal.value.StoredValue;

class ValueLogTest {
    private static final UUID STORE = new UUID(1, 2);
    private static final int FILE_BYTES = 1_000;

    private final ModelDisk disk = new ModelDisk(new Random(1));

    private ValueLog open(long cacheBytes) throws IOException {
        return ValueLog.open(disk, STORE, FILE_BYTES, cacheBytes);
    }

    private static byte[] value(int number) {
        byte[] value = new byte[400];
        new Random(number).nextBytes(value);
        return value;
    }

    @Test
    void values_areThere_andAfterAnotherOpening() throws IOException {
        ValueLog log = open(0);
        StoredValue[] stored = new StoredValue[10];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = log.append(value(i));
            assertThat(stored[i].length()).isEqualTo(400);
        }
        assertThat(log.files()).isGreaterThan(2);
        ValueLog again = open(0);
        for (int i = 0; i < stored.length; i++) {
            StoredValue found = again.at(stored[i].file(), stored[i].offset(), 400);
            assertThat(found.isAt(stored[i])).isTrue();
            assertThat(found.copy()).isEqualTo(stored[i].copy()).isEqualTo(value(i));
            assertThat(found.hasBytes(value(i))).isTrue();
            assertThat(found.hasBytes(value(i + 1))).isFalse();
        }
        assertThat(again.append(value(1)).file()).isGreaterThan(stored[9].file());
    }

    /** Otherwise the file could be deleted before the write that names the value is in the store. */
    @Test
    void aFile_isSettled_onceItIsFull_andAllItsWritesHaveReturned() throws IOException {
        ValueLog log = open(0);
        StoredValue first = log.append(value(1));
        StoredValue second = log.append(value(2));
        StoredValue third = log.append(value(3)); // fills the file
        first.written();
        third.written();
        StoredValue inNext = log.append(value(4));
        inNext.written();
        assertThat(log.settledFiles()).isEmpty();
        second.written();
        Set<ValueFile> settled = log.settledFiles();
        assertThat(settled).extracting(ValueFile::number).containsExactly(first.file());

        log.delete(settled);
        assertThat(disk.list()).hasSize(1);
        assertThat(second.copy()).as("from a file without a name").isEqualTo(value(2));
        assertThat(log.settledFiles()).isEmpty();
    }

    @Test
    void numbers_areNotUsedAgain_ifTheLogNamesThem() throws IOException {
        ValueLog log = open(0);
        StoredValue gone = log.at(7, 44, 400);
        assertThatThrownBy(gone::copy)
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(DamagedLogException.class);
        assertThat(log.append(value(1)).file()).isEqualTo(8);
    }

    @Test
    void aValue_atAnotherPlace_isNotIntact() throws IOException {
        ValueLog log = open(0);
        StoredValue value = log.append(value(1));
        assertThat(log.isIntact(value)).isTrue();
        assertThat(log.isIntact(log.at(value.file(), value.offset() + 1, 400))).isFalse();
        assertThat(log.isIntact(log.at(value.file(), value.offset(), 399))).isFalse();
    }

    @Test
    void aFullDisk_leavesTheLogAsItWas() throws IOException {
        ValueLog log = open(0);
        log.append(value(1));
        disk.capacity(disk.used() + 100);
        assertThatThrownBy(() -> log.append(value(2))).isInstanceOf(DiskFullException.class);
        disk.capacity(Long.MAX_VALUE);
        assertThat(log.append(value(3)).copy()).isEqualTo(value(3));
        log.sync();
    }

    @Test
    void aFailedSync_isNotRetried() throws IOException {
        ValueLog log = open(0);
        log.append(value(1));
        disk.failAfter(0, /* always= */ false);
        assertThatThrownBy(log::sync).isInstanceOf(IOException.class);
        assertThatThrownBy(log::sync).hasMessageContaining("failed write or sync");
        assertThatThrownBy(() -> log.append(value(2))).hasMessageContaining("failed write or sync");
    }

    @Test
    void theCache_savesReads_andKeepsWhatIsReadAgain() throws IOException {
        ValueLog log = open(4_000);
        StoredValue[] stored = new StoredValue[30];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = log.append(value(i));
        }
        for (int round = 0; round < 3; round++) {
            for (StoredValue each : stored) {
                assertThat(stored[0].copy()).isEqualTo(value(0)); // read again all the time
                byte[] unused = each.copy();
            }
        }
        disk.failAfter(0, /* always= */ true);
        assertThat(stored[0].copy()).isEqualTo(value(0));
        assertThatThrownBy(stored[10]::copy).isInstanceOf(UncheckedIOException.class);
        byte[] copy = stored[0].copy();
        copy[0]++;
        assertThat(stored[0].copy()).as("the cache's own array").isEqualTo(value(0));
    }
}
