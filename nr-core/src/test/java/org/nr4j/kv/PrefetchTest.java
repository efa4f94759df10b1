package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nr4j.kv.transaction.ReadTransaction;

/** Reading ahead in transactions, and entries whose values are copied into arrays of the caller. */
class PrefetchTest {
    /** More than a tree must have, with two parts, for reading ahead to do anything. */
    private static final int ENTRIES = 40_000;

    private static byte[] key(int i) {
        return String.format("key:%08d", 2 * i).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void prefetch_ofKeysThatExistAndKeysThatDoNot_changesNoAnswer() {
        try (KeyValueStore store =
                KeyValueStore.builder().logs(2).fingerprints(true).build()) {
            for (int i = 0; i < ENTRIES; i++) {
                store.put(key(i), key(i));
            }
            Fingerprint before = store.fingerprint(KeyRange.all());
            List<byte[]> keys = new ArrayList<>();
            for (int i = 0; i < ENTRIES; i += 997) {
                keys.add(key(i));
                keys.add((new String(key(i), StandardCharsets.US_ASCII) + "x").getBytes(StandardCharsets.US_ASCII));
            }
            keys.add(new byte[0]);
            keys.add(new byte[] {(byte) 0xFF});
            int found = store.read(tx -> {
                tx.prefetch(keys);
                return (int) keys.stream().filter(tx::contains).count();
            });
            assertThat(found).isEqualTo((keys.size() - 2) / 2);
            assertThat(store.multiGet(keys.subList(0, 2))).containsExactly(key(0), null);
            assertThat(store.fingerprint(KeyRange.all())).isEqualTo(before);
        }
    }

    @Test
    void prefetch_ofBadKeysOrAfterTheEnd_isRefused() {
        try (KeyValueStore store = KeyValueStore.builder().maxKeyLength(8).build()) {
            assertThatThrownBy(() -> store.read(tx -> {
                        tx.prefetch(List.of(new byte[9]));
                        return 0;
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("maxKeyLength");
            ReadTransaction[] ended = new ReadTransaction[1];
            store.read(tx -> ended[0] = tx);
            assertThatThrownBy(() -> ended[0].prefetch(List.of(new byte[1]))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void copyValueTo_copiesShortAndLongValues_andRefusesWhatDoesNotFit() {
        try (KeyValueStore store = KeyValueStore.builder().build()) {
            byte[] large = new byte[5_000]; // longer than the tree keeps in its pages
            large[4_999] = 7;
            store.put(key(1), "short".getBytes(StandardCharsets.US_ASCII));
            store.put(key(2), large);
            List<Entry> entries = store.scan(KeyRange.all());
            assertThat(entries).extracting(Entry::valueLength).containsExactly(5, 5_000);
            byte[] target = new byte[5_006];
            entries.get(0).copyValueTo(target, 1);
            entries.get(1).copyValueTo(target, 6);
            assertThat(new String(target, 0, 6, StandardCharsets.US_ASCII)).isEqualTo("\0short");
            assertThat(target[5_005]).isEqualTo((byte) 7);
            assertThatThrownBy(() -> entries.get(1).copyValueTo(target, 7))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
