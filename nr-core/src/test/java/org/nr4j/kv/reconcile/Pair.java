package org.nr4j.kv.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.nr4j.kv.AtomicBatch;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;

/** Helpers of the tests of reconciliation: stores, and a transport without loss. */
final class Pair {
    static final byte[] SECRET = "the key of both stores".getBytes(StandardCharsets.UTF_8);

    private Pair() {}

    static KeyValueStore newStore() {
        return KeyValueStore.builder().fingerprintKey(SECRET).build();
    }

    static KeyValueStore newStore(int logs) {
        return KeyValueStore.builder().logs(logs).fingerprintKey(SECRET).build();
    }

    static ReconcileOptions options(long seed) {
        return ReconcileOptions.defaults().random(new SplittableRandom(seed));
    }

    /** Returns options that cut small stores into many ranges and small frames. */
    static ReconcileOptions tiny(long seed) {
        return options(seed)
                .comparisonLimit(256)
                .transferLimit(256)
                .fanOut(3)
                .leafEntries(2)
                .window(2);
    }

    /** Adds that many entries with random keys of 16 bytes, the same to all stores. */
    static List<byte[]> fill(int entries, RandomGenerator random, KeyValueStore... stores) {
        List<byte[]> keys = new ArrayList<>();
        AtomicBatch batch = new AtomicBatch();
        for (int i = 1; i <= entries; i++) {
            byte[] key = randomBytes(random, 16);
            keys.add(key);
            batch.set(key, randomBytes(random, 24));
            if (i % 1000 == 0 || i == entries) {
                for (KeyValueStore store : stores) {
                    store.apply(batch);
                }
                batch = new AtomicBatch();
            }
        }
        return keys;
    }

    static byte[] randomBytes(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** Runs a session. Returns the number of messages one way after another, and checks that it ends. */
    static int run(ReconcileSession session, ReconcileResponder responder) {
        int steps = 0;
        for (int round = 0; !session.isDone(); round++) {
            assertThat(round).as("rounds").isLessThan(100_000);
            List<byte[]> answers = new ArrayList<>();
            for (byte[] frame = session.poll(0); frame != null; frame = session.poll(0)) {
                answers.add(responder.answer(frame));
            }
            steps += 2;
            answers.forEach(answer -> session.receive(answer, 0));
        }
        return steps;
    }

    static void assertEqual(KeyValueStore one, KeyValueStore other) {
        assertThat(one.fingerprint(KeyRange.all())).isEqualTo(other.fingerprint(KeyRange.all()));
        assertThat(one.scan(KeyRange.all())).isEqualTo(other.scan(KeyRange.all()));
    }
}
