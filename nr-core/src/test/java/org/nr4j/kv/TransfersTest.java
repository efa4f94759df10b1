package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nr4j.kv.Keys.bytes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Seeded;

/**
 * Checks that readers beside transfers between accounts see the same sum at every moment, though some transfers throw
 * in their middle.
 */
@Timeout(100)
@ParameterizedClass(name = "replicas={0} logs={1}")
@CsvSource({"1, 1", "2, 1", "2, 4"})
class TransfersTest {
    private static final int ACCOUNTS = 12;
    private static final long START = 20;
    private static final long SUM = ACCOUNTS * START;
    private static final int TRANSFERS = 600;
    private static final int WRITERS = 3;

    @Parameter(0)
    int replicas;

    @Parameter(1)
    int logs;

    @RegisterExtension
    final Seeded seeded = new Seeded();

    private static final class Overdrawn extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static byte[] account(int number) {
        return bytes("account/" + number);
    }

    private static Collection<byte[]> accounts() {
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            keys.add(account(i));
        }
        return keys;
    }

    private static long balance(ReadTransaction tx, byte[] account) {
        return KeyValueStore.decode(tx.get(account));
    }

    /** Takes the money first, and throws after that if it was not there. */
    private static boolean transfer(Transaction tx, byte[] from, byte[] to, long amount) {
        long before = balance(tx, from);
        tx.set(from, KeyValueStore.encode(before - amount));
        if (before < amount) {
            throw new Overdrawn();
        }
        tx.set(to, KeyValueStore.encode(balance(tx, to) + amount));
        return true;
    }

    private static void transfer(KeyValueStore store, RandomGenerator random) {
        int number = random.nextInt(ACCOUNTS);
        byte[] from = account(number);
        byte[] to = account((number + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS);
        long amount = random.nextInt(15);
        try {
            if (random.nextInt(3) == 0) {
                store.<Boolean>transact(tx -> transfer(tx, from, to, amount));
            } else {
                store.<Boolean>transact(List.of(from, to), tx -> transfer(tx, from, to, amount));
            }
        } catch (Overdrawn e) {
            // nothing has changed
        }
    }

    private static long sumOfEntries(Collection<Entry> entries) {
        return entries.stream()
                .mapToLong(entry -> KeyValueStore.decode(entry.value()))
                .sum();
    }

    private static long sum(KeyValueStore store, RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> store.<Long>read(tx -> sumOfEntries(tx.scan(KeyRange.all())));
            case 1 ->
                store.<Long>read(
                        accounts(),
                        tx -> accounts().stream()
                                .mapToLong(key -> balance(tx, key))
                                .sum());
            case 2 -> store.<Long>transact(tx -> sumOfEntries(tx.scan(KeyRange.all())));
            default -> sumOfEntries(store.scan(KeyRange.all()));
        };
    }

    @Test
    void sum_isTheSameAtEveryMoment() throws InterruptedException {
        try (KeyValueStore store = KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .logCapacity(4)
                .shape(Keys.TINY)
                .fingerprints(true)
                .build()) {
            accounts().forEach(key -> store.set(key, KeyValueStore.encode(START)));
            AtomicInteger writing = new AtomicInteger(WRITERS);
            new ConcurrentRun()
                    .threads(WRITERS, i -> {
                        RandomGenerator random = seeded.random(i);
                        for (int n = 0; n < TRANSFERS; n++) {
                            transfer(store, random);
                        }
                        writing.decrementAndGet();
                    })
                    .threads(2, i -> {
                        RandomGenerator random = seeded.random(WRITERS + i);
                        while (writing.get() > 0) {
                            assertThat(sum(store, random)).isEqualTo(SUM);
                        }
                    })
                    .deadline(Duration.ofSeconds(80))
                    .run();
            assertThat(sumOfEntries(store.scan(KeyRange.all()))).isEqualTo(SUM);
            store.replicated()
                    .verify((StoreReplica replica) ->
                            Fingerprint.of(replica.snapshot().countAndSum(null, null)));
            Keys.assertReplicasEqual(store);
        }
    }
}
