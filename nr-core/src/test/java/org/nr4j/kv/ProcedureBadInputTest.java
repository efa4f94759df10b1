package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;

/** Checks that wrong use of a transaction gets an exception that says what to do, and changes nothing. */
@ParameterizedClass(name = "replicas={0} logs={1}")
@CsvSource({"1, 1", "2, 1", "2, 3"})
class ProcedureBadInputTest {
    private static final byte[] KEY = bytes("key");
    private static final byte[] OTHER = bytes("other");
    private static final byte[] VALUE = bytes("value");
    private static final KeyRange ALL = KeyRange.all();

    @Parameter(0)
    int replicas;

    @Parameter(1)
    int logs;

    private KeyValueStore store;
    private Fingerprint before;

    @BeforeEach
    void build() {
        store = KeyValueStore.builder()
                .replicas(replicas)
                .logs(logs)
                .fingerprints(true)
                .maxKeyLength(10)
                .maxValueLength(20)
                .build();
        store.put(KEY, VALUE);
        before = store.fingerprint(ALL);
    }

    @AfterEach
    void storeIsUnchanged() {
        assertThat(store.fingerprint(ALL)).isEqualTo(before);
        Keys.assertReplicasEqual(store);
        store.close();
    }

    private static void assertRefused(ThrowingCallable call, Class<?> type, String... parts) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(type)
                .message()
                .contains(parts)
                .contains("; ");
    }

    /** Fails unless a procedure is refused that first writes and then does this. */
    private void assertRefusedInside(Consumer<Transaction> use, Class<?> type, String... parts) {
        assertRefused(
                () -> store.transact(tx -> {
                    tx.set(OTHER, VALUE);
                    use.accept(tx);
                    return null;
                }),
                type,
                parts);
    }

    private void assertRefusedInReads(Consumer<ReadTransaction> use, Class<?> type, String... parts) {
        assertRefused(
                () -> store.read(tx -> {
                    use.accept(tx);
                    return null;
                }),
                type,
                parts);
    }

    // ---- arguments ----

    @Test
    void nulls() {
        Class<?> type = NullPointerException.class;
        Function<Transaction, Object> nothing = tx -> null;
        assertRefused(() -> store.transact((Function<Transaction, Object>) null), type, "procedure=null");
        assertRefused(() -> store.read((Function<ReadTransaction, Object>) null), type, "procedure=null");
        assertRefused(() -> store.transact((Collection<byte[]>) null, nothing), type, "keys=null");
        assertRefused(() -> store.transact(Arrays.asList(KEY, null), nothing), type, "a key must not be null");
        assertRefused(() -> store.read((Collection<byte[]>) null, tx -> null), type, "keys=null");
        assertRefusedInside(tx -> tx.get(null), type, "a key must not be null");
        assertRefusedInside(tx -> tx.contains(null), type, "a key must not be null");
        assertRefusedInside(tx -> tx.expiry(null), type, "a key must not be null");
        assertRefusedInside(tx -> tx.put(null, VALUE), type, "a key must not be null");
        assertRefusedInside(tx -> tx.put(KEY, null), type, "a value must not be null");
        assertRefusedInside(tx -> tx.set(KEY, VALUE, null), type, "an expiry must not be null");
        assertRefusedInside(tx -> tx.remove(null), type, "a key must not be null");
        assertRefusedInside(tx -> tx.delete(null), type, "a key must not be null");
        assertRefusedInside(tx -> tx.setExpiry(KEY, null), type, "an expiry must not be null");
        assertRefusedInside(tx -> tx.removeRange(null), type, "a range must not be null");
        assertRefusedInside(tx -> tx.scan(null), type, "a range must not be null");
        assertRefusedInside(tx -> tx.scan(ALL, null, 1), type, "an order must not be null");
        assertRefusedInside(tx -> tx.first(null), type, "a range must not be null");
        assertRefusedInside(tx -> tx.last(null), type, "a range must not be null");
        assertRefusedInside(tx -> tx.count(null), type, "a range must not be null");
        assertRefusedInside(tx -> tx.rank(null), type, "a key must not be null");
        assertRefusedInReads(tx -> tx.get(null), type, "a key must not be null");
    }

    @Test
    void lengthsAndLimits() {
        Class<?> type = IllegalArgumentException.class;
        byte[] longKey = new byte[11];
        assertRefused(() -> store.transact(List.of(longKey), tx -> null), type, "length=11");
        assertRefusedInside(tx -> tx.get(longKey), type, "maxKeyLength", "length=11");
        assertRefusedInside(tx -> tx.put(longKey, VALUE), type, "length=11");
        assertRefusedInside(tx -> tx.put(KEY, new byte[21]), type, "maxValueLength", "length=21");
        assertRefusedInside(tx -> tx.scan(ALL, ScanOrder.ASCENDING, -1), type, "limit=-1");
        assertRefusedInside(tx -> tx.keyAt(2), IndexOutOfBoundsException.class, "rank=2 size=2");
        assertRefusedInReads(tx -> tx.keyAt(1), IndexOutOfBoundsException.class, "rank=1 size=1");
        assertRefusedInReads(tx -> tx.keyAt(-1), IndexOutOfBoundsException.class, "rank=-1 size=1");
    }

    // ---- keys ----

    @Test
    void keysThatAreNotNamed() {
        Class<?> type = IllegalArgumentException.class;
        String[] parts = {"must use only those", "key=0x6f74686572", "named=1"};
        List<Consumer<Transaction>> uses = List.of(
                tx -> tx.get(OTHER),
                tx -> tx.contains(OTHER),
                tx -> tx.expiry(OTHER),
                tx -> tx.put(OTHER, VALUE),
                tx -> tx.set(OTHER, VALUE),
                tx -> tx.remove(OTHER),
                tx -> tx.delete(OTHER),
                tx -> tx.setExpiry(OTHER, Expiry.never()));
        for (Consumer<Transaction> use : uses) {
            assertRefused(() -> store.transact(List.of(KEY), tx -> writeAndUse(tx, use)), type, parts);
        }
        assertRefused(() -> store.read(List.of(KEY), tx -> tx.get(OTHER)), type, parts);
        assertRefused(() -> store.read(List.of(), tx -> tx.get(OTHER)), type, "named=0");
    }

    @Test
    void rangesOfAProcedureThatNamesKeys() {
        Class<?> type = IllegalStateException.class;
        List<Consumer<Transaction>> uses = List.of(
                tx -> tx.scan(ALL),
                tx -> tx.first(),
                tx -> tx.last(),
                tx -> tx.count(ALL),
                tx -> tx.rank(KEY),
                tx -> tx.keyAt(0),
                tx -> tx.removeRange(ALL));
        for (Consumer<Transaction> use : uses) {
            assertRefused(
                    () -> store.transact(List.of(KEY), tx -> writeAndUse(tx, use)),
                    type,
                    "must not use ranges, counts or ranks",
                    "named=1");
        }
        assertRefused(() -> store.read(List.of(KEY), tx -> tx.count(ALL)), type, "named=1");
    }

    private static Object writeAndUse(Transaction tx, Consumer<Transaction> use) {
        tx.set(KEY, KEY);
        use.accept(tx);
        return null;
    }

    // ---- who may use a transaction, and when ----

    @Test
    void writesOfAReadOnlyProcedure() {
        List<Consumer<Transaction>> writes = List.of(
                tx -> tx.put(KEY, KEY),
                tx -> tx.set(KEY, KEY),
                tx -> tx.remove(KEY),
                tx -> tx.delete(KEY),
                tx -> tx.removeRange(ALL),
                tx -> tx.setExpiry(KEY, Expiry.never()));
        for (Consumer<Transaction> write : writes) {
            assertRefusedInReads(
                    tx -> write.accept((Transaction) tx),
                    IllegalStateException.class,
                    "a read-only procedure must not write",
                    "thread=");
        }
    }

    @Test
    void transactionAfterItsEnd() {
        AtomicReference<Transaction> kept = new AtomicReference<>();
        store.transact(tx -> {
            kept.set(tx);
            return null;
        });
        assertRefused(() -> kept.get().get(KEY), IllegalStateException.class, "after its procedure has ended");
        assertRefused(() -> kept.get().set(KEY, KEY), IllegalStateException.class, "after its procedure has ended");
        assertRefused(() -> kept.get().now(), IllegalStateException.class, "after its procedure has ended");
        assertThatThrownBy(() -> store.transact(tx -> {
                    kept.set(tx);
                    throw new IllegalArgumentException("thrown");
                }))
                .hasMessage("thrown");
        assertRefused(() -> kept.get().get(KEY), IllegalStateException.class, "after its procedure has ended");
    }

    @Test
    void transactionOfAnotherThread() {
        Class<?> type = IllegalStateException.class;
        String rule = "must be used by the thread that runs its procedure";
        assertRefusedInside(tx -> inAnotherThread(() -> tx.set(KEY, KEY)), type, rule, "thread=");
        assertRefusedInside(tx -> inAnotherThread(() -> tx.get(KEY)), type, rule);
        assertRefusedInReads(tx -> inAnotherThread(() -> tx.get(KEY)), type, rule);
    }

    private static void inAnotherThread(Runnable use) {
        RuntimeException thrown = CompletableFuture.runAsync(use)
                .handle((nothing, failure) -> (RuntimeException) failure.getCause())
                .join();
        throw thrown;
    }

    @Test
    void callsBackIntoTheStore() {
        Class<?> type = IllegalStateException.class;
        List<Consumer<KeyValueStore>> calls = List.of(
                store -> store.get(KEY),
                store -> store.contains(KEY),
                store -> store.put(KEY, KEY),
                store -> store.remove(KEY),
                store -> store.increment(KEY, 1),
                store -> store.multiGet(List.of(KEY)),
                store -> store.apply(new AtomicBatch().put(KEY, KEY)),
                store -> store.removeRange(ALL),
                store -> store.transact(tx -> tx.put(KEY, KEY)),
                store -> store.read(tx -> tx.get(KEY)),
                store -> store.scan(ALL),
                store -> store.iterator(ALL, ScanOrder.ASCENDING),
                store -> store.size(),
                store -> store.keyAt(0),
                store -> store.snapshot(),
                store -> store.listen(ALL, change -> {}),
                store -> store.sync(),
                store -> store.addReplica(0),
                store -> store.stats(),
                store -> store.close());
        for (Consumer<KeyValueStore> call : calls) {
            String rule = "a procedure must not call back into its store";
            assertRefusedInside(tx -> call.accept(store), type, rule, "thread=");
            assertRefusedInReads(tx -> call.accept(store), type, rule);
        }
    }
}
