package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that snapshots are restored as they were written, or not at all. */
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 3})
class SnapshotFileTest {
    @Parameter
    int logs;

    private KeyValueStore store;

    @BeforeEach
    void build() {
        store = newStore();
    }

    @AfterEach
    void close() {
        Keys.assertReplicasEqual(store);
        store.close();
    }

    private KeyValueStore newStore() {
        return newStore(logs);
    }

    private static KeyValueStore newStore(int logs) {
        return KeyValueStore.builder().replicas(2).logs(logs).fingerprints(true).build();
    }

    private byte[] written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.writeSnapshot(out);
        return out.toByteArray();
    }

    private void restore(byte[] file) throws IOException {
        store.restore(new ByteArrayInputStream(file));
    }

    @Test
    void restore_ofWhatWasWritten_isEqual_alsoWithLargeValuesOverManyBlocks() throws IOException {
        store.set(new byte[0], new byte[0]);
        for (int i = 0; i < 3_000; i++) {
            store.set(bytes("key" + i), new byte[i % 100 == 0 ? 40_000 + i : i % 70]);
        }
        store.set(bytes("huge"), new byte[500_000]);
        store.set(bytes("goes"), bytes("soon"), Expiry.after(Duration.ofDays(1)));
        Fingerprint before = store.fingerprint(KeyRange.all());
        byte[] file = written();
        try (KeyValueStore other = newStore(4 - logs)) {
            other.set(bytes("own"), bytes("value"));
            other.restore(new ByteArrayInputStream(file));
            assertThat(other.fingerprint(KeyRange.all())).isEqualTo(before);
            assertThat(other.bytes()).isEqualTo(store.bytes());
            assertThat(other.expiry(bytes("goes"))).isEqualTo(store.expiry(bytes("goes")));
            other.set(bytes("more"), bytes("value"));
            other.removeRange(KeyRange.prefix(bytes("key1")));
            Keys.assertReplicasEqual(other);
        }
        assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
    }

    @Test
    void restore_leavesWhatFollowsInTheStream() throws IOException {
        store.set(bytes("a"), bytes("1"));
        byte[] file = written();
        ByteArrayInputStream two = new ByteArrayInputStream(HexFormat.of()
                .parseHex(HexFormat.of().formatHex(file) + HexFormat.of().formatHex(file) + "07"));
        store.restore(two);
        store.restore(two);
        assertThat(two.readAllBytes()).containsExactly(7);
    }

    /** The format is a promise to files of old: the bytes of a small one. */
    @Test
    void write_isAsDocumented() throws IOException {
        store.set(bytes("k"), bytes("vv"));
        store.set(bytes("ex"), bytes(""), Expiry.at(Instant.ofEpochMilli(0x0123456789ABCDEL)));
        String expected = "6e72346a2e6b760a" // mark
                + "00000001" + "f3357d98" // version, checksum
                + "00000021" // length of the block
                + "0002" + "00000000" + "00123456789abcde" + "6578"
                + "0001" + "00000002" + "7fffffffffffffff" + "6b" + "7676"
                + "575079d1"
                + "00000000" + "0000000000000002" + "0000000000000005" // the end: entries, bytes
                + "d2e4e6d5";
        String file = HexFormat.of().formatHex(written());
        assertThat(file).isEqualTo(expected);
    }

    @Test
    void restore_withAnyByteChanged_isRefusedAndChangesNothing() throws IOException {
        store.set(bytes("k"), bytes("value"));
        store.set(bytes("l"), bytes("v"), Expiry.after(Duration.ofDays(1)));
        byte[] file = written();
        store.set(bytes("m"), bytes("kept"));
        Fingerprint before = store.fingerprint(KeyRange.all());
        for (int at = 0; at < file.length; at++) {
            for (int flip : new int[] {1, 0x80, 0xFF}) {
                byte[] damaged = file.clone();
                damaged[at] ^= (byte) flip;
                int position = at;
                assertThatThrownBy(() -> restore(damaged))
                        .as("byte " + position)
                        .isInstanceOfSatisfying(
                                SnapshotFormatException.class,
                                e -> assertThat(e.offset()).isBetween(0L, (long) position))
                        .hasMessageContaining("offset=");
            }
        }
        assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
    }

    @Test
    void restore_ofAnyTruncation_isRefusedAndChangesNothing() throws IOException {
        store.set(bytes("k"), bytes("value"));
        byte[] file = written();
        Fingerprint before = store.fingerprint(KeyRange.all());
        for (int length = 0; length < file.length; length++) {
            byte[] shorter = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> restore(shorter))
                    .isInstanceOf(SnapshotFormatException.class)
                    .hasMessageContaining("the stream ends after " + length + " bytes");
        }
        assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
    }

    @Test
    void restore_ofBlocksOutOfPlace_isRefused() throws IOException {
        for (int i = 0; i < 2_000; i++) {
            store.set(bytes("key" + (10_000 + i)), new byte[100]);
        }
        byte[] file = written();
        int block = 4
                + (((file[16] & 0xFF) << 24) | ((file[17] & 0xFF) << 16) | ((file[18] & 0xFF) << 8) | (file[19] & 0xFF))
                + 4;
        byte[] withoutFirst = new byte[file.length - block];
        System.arraycopy(file, 0, withoutFirst, 0, 16);
        System.arraycopy(file, 16 + block, withoutFirst, 16, file.length - 16 - block);
        assertThatThrownBy(() -> restore(withoutFirst))
                .isInstanceOfSatisfying(
                        SnapshotFormatException.class,
                        e -> assertThat(e.offset()).isEqualTo(16))
                .hasMessageContaining("checksum");
    }

    @Test
    void restore_ofAForeignFile_isRefused() {
        assertThatThrownBy(() -> restore(bytes("PK\3\4, or any other kind of file")))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessage("a snapshot must start with its mark; this is another kind of file: offset=0");
    }

    @Test
    void restore_beyondTheLimits_isRefused() throws IOException {
        store.set(bytes("long key"), bytes("value"));
        byte[] file = written();
        try (KeyValueStore narrow = KeyValueStore.builder().maxKeyLength(4).build()) {
            assertThatThrownBy(() -> narrow.restore(new ByteArrayInputStream(file)))
                    .isInstanceOf(SnapshotFormatException.class)
                    .hasMessageContaining("key length=8 maxKeyLength=4");
            assertThat(narrow.size()).isZero();
        }
    }
}
