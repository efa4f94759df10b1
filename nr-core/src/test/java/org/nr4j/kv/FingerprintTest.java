package org.nr4j.kv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.kv.Keys.bytes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nr4j.kv.internal.replica.EntryHasher;

/** Checks that fingerprints match the golden vectors, depend on contents only, and add up. */
class FingerprintTest {
    private static final HexFormat HEX = HexFormat.of();

    private static KeyValueStore newStore() {
        return newStore(1);
    }

    private static KeyValueStore newStore(int logs) {
        return KeyValueStore.builder()
                .replicas(2)
                .logs(logs)
                .fingerprints(true)
                .shape(Keys.TINY)
                .build();
    }

    @Test
    void entryHashes_areTheGoldenOnes() throws IOException {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) i;
        }
        List<String> lines;
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(FingerprintTest.class.getResourceAsStream("entry-hashes.txt"), UTF_8))) {
            lines = reader.lines().filter(line -> !line.startsWith("#")).toList();
        }
        assertThat(lines).hasSize(6);
        for (String line : lines) {
            String[] fields = line.split(" ");
            byte[] key = HEX.parseHex(fields[0].replace("-", ""));
            byte[] value = new byte[Integer.parseInt(fields[2])];
            Arrays.fill(value, fields[1].equals("-") ? 0 : HEX.parseHex(fields[1])[0]);
            long expiry = Long.parseLong(fields[3]);
            assertThat(hash(new EntryHasher(null), key, value, expiry)).isEqualTo(fields[4]);
            assertThat(hash(new EntryHasher(secret), key, value, expiry)).isEqualTo(fields[5]);
        }
    }

    private static String hash(EntryHasher hasher, byte[] key, byte[] value, long expiry) {
        long[] hash = hasher.hash(key, value, expiry);
        return HEX.formatHex(Fingerprint.of(new long[] {1, hash[0], hash[1], hash[2], hash[3]})
                .sum());
    }

    @Test
    void fingerprint_isTheGoldenSum() {
        try (KeyValueStore store = newStore()) {
            for (int i = 4; i >= 0; i--) {
                store.put(new byte[] {(byte) ('a' + i)}, new byte[] {(byte) ('1' + i)});
            }
            assertThat(store.fingerprint(KeyRange.all()))
                    .hasToString("5:0a43b4aae0f9122ac8d4b7086568b5c2e86f6de23ef5670fb8393b8ff014465c");
        }
    }

    @Test
    void fingerprint_ofEqualContents_isEqualWhateverTheHistoryAndTheLogs() {
        try (KeyValueStore one = newStore();
                KeyValueStore other = newStore(4)) {
            for (int i = 0; i < 100; i++) {
                one.put(bytes("key" + i), KeyValueStore.encode(i));
                other.put(bytes("key" + (99 - i)), bytes("other"));
                other.put(bytes("gone" + i), bytes("gone"), Expiry.after(Duration.ofDays(1)));
            }
            assertThat(other.fingerprint(KeyRange.all())).isNotEqualTo(one.fingerprint(KeyRange.all()));
            for (int i = 0; i < 100; i++) {
                other.remove(bytes("key" + i));
                other.increment(bytes("key" + i), i + 7);
                other.increment(bytes("key" + i), -7);
                other.setExpiry(bytes("key" + i), Expiry.after(Duration.ofDays(1)));
                other.setExpiry(bytes("key" + i), Expiry.never());
            }
            other.removeRange(KeyRange.prefix(bytes("gone")));
            assertThat(other.fingerprint(KeyRange.all())).isEqualTo(one.fingerprint(KeyRange.all()));
            for (int i = 0; i < 100; i += 9) {
                KeyRange range = KeyRange.above(bytes("key" + i));
                assertThat(other.fingerprint(range)).isEqualTo(one.fingerprint(range));
            }
            Keys.assertReplicasEqual(other);
        }
    }

    @Test
    void fingerprint_ofPartsAddsUp_andDependsOnTheExpiryAndTheKey() {
        try (KeyValueStore store = newStore();
                KeyValueStore keyed =
                        KeyValueStore.builder().fingerprintKey(new byte[16]).build()) {
            Fingerprint empty = store.fingerprint(KeyRange.all());
            for (int i = 0; i < 100; i++) {
                store.put(bytes("key" + i), bytes("value"));
                keyed.put(bytes("key" + i), bytes("value"));
            }
            Fingerprint all = store.fingerprint(KeyRange.all());
            Fingerprint below = store.fingerprint(KeyRange.all().below(bytes("key4")));
            Fingerprint rest = store.fingerprint(KeyRange.atLeast(bytes("key4")));
            assertThat(below.plus(rest)).isEqualTo(all);
            assertThat(all.minus(below)).isEqualTo(rest);
            assertThat(all.minus(all)).isEqualTo(empty);
            assertThat(keyed.fingerprint(KeyRange.all()).count()).isEqualTo(all.count());
            assertThat(keyed.fingerprint(KeyRange.all())).isNotEqualTo(all);
            store.setExpiry(bytes("key1"), Expiry.after(Duration.ofDays(1)));
            assertThat(store.fingerprint(KeyRange.all())).isNotEqualTo(all);
        }
    }
}
