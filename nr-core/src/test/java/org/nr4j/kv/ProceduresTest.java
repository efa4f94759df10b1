package org.nr4j.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.kv.Keys.bytes;
import static org.nr4j.kv.Keys.text;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.AnswerLostException;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.transaction.Transaction;

/** Checks what procedures do to replicas, listeners and expiry, and that a procedure that throws leaves no trace. */
@Timeout(60)
@ParameterizedClass(name = "logs={0}")
@ValueSource(ints = {1, 4})
class ProceduresTest {
    private static final byte[] A = bytes("a");
    private static final byte[] B = bytes("b");
    private static final byte[] C = bytes("c");

    @Parameter
    int logs;

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger expiryThreads = new AtomicInteger();
    private final Queue<Change> heard = new ConcurrentLinkedQueue<>();
    private KeyValueStore store;

    @BeforeEach
    void build() {
        store = KeyValueStore.builder()
                .replicas(2)
                .logs(logs)
                .logCapacity(4)
                .shape(Keys.TINY)
                .fingerprints(true)
                .clock(clock)
                .expiryInterval(Duration.ofDays(1))
                .expiryThreads(worker -> {
                    expiryThreads.incrementAndGet();
                    return new Thread(() -> {}); // no entry is collected behind a test's back
                })
                .build();
    }

    @AfterEach
    void replicasAreEqual() {
        Keys.assertReplicasEqual(store);
        store.close();
    }

    private static Expiry after(long millis) {
        return Expiry.after(Duration.ofMillis(millis));
    }

    private Contents contents() {
        return (Contents) store.replicated().execute(StoreReplica::snapshot);
    }

    private void finish(ChangeSubscription subscription) {
        subscription.finish();
        assertThat(subscription.ended()).succeedsWithin(Duration.ofSeconds(30));
    }

    private List<String> heardKeys() {
        return heard.stream().map(change -> text(change.key())).toList();
    }

    // ---- answers ----

    @Test
    void answer_isWhatTheProcedureReturned() {
        assertThat(store.<String>transact(tx -> text(tx.put(A, B)))).isNull();
        assertThat(store.<String>transact(List.of(A), tx -> text(tx.put(A, C)))).isEqualTo("b");
        assertThat(store.<Long>read(tx -> tx.count(KeyRange.all()))).isOne();
        assertThat(store.<String>read(List.of(A), tx -> text(tx.get(A)))).isEqualTo("c");
    }

    @Test
    void eachReplicaRunsIt_withTheSameAnswer() {
        store.set(A, B);
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        store.transact(tx -> {
            tx.set(B, tx.remove(A));
            String answer = tx.scan(KeyRange.all()) + " " + tx.now();
            answers.add(answer);
            return answer;
        });
        store.sync();
        assertThat(answers).hasSize(2);
        assertThat(answers.stream().distinct()).hasSize(1);
        store.replicated()
                .verify((StoreReplica replica) ->
                        Fingerprint.of(replica.snapshot().countAndSum(null, null)));
    }

    @Test
    void readOnlyProcedure_runsOnceAndIsInNoLog() {
        AtomicInteger runs = new AtomicInteger();
        var before = store.replicated().indexes();
        assertThat(store.<Integer>read(tx -> runs.incrementAndGet())).isOne();
        store.sync();
        assertThat(runs).hasValue(1);
        assertThat(store.replicated().indexes()).isEqualTo(before);
    }

    @Test
    void arraysOfTheProcedure_stayItsOwn() {
        store.transact(tx -> {
            byte[] key = bytes("key");
            byte[] value = new byte[100];
            tx.set(key, value);
            key[0] = 'x';
            value[0] = 1;
            tx.get(bytes("key"))[1] = 1;
            return null;
        });
        assertThat(store.get(bytes("key"))).isEqualTo(new byte[100]);
        assertThat(store.size()).isOne();
    }

    // ---- all or nothing ----

    /** Changes the store in as many ways as there are, and throws before one of them. */
    private static void change(Transaction tx, int throwAt, Throwable failure) {
        List<Runnable> writes = List.of(
                () -> tx.set(bytes("new"), bytes("a value outside the page")),
                () -> tx.put(bytes("k05"), bytes("other"), after(3)),
                () -> tx.remove(bytes("k06")),
                () -> tx.setExpiry(bytes("k07"), after(1)),
                () -> tx.setExpiry(bytes("k08"), Expiry.never()),
                () -> tx.removeRange(KeyRange.atLeast(bytes("k10")).below(bytes("k18"))),
                () -> tx.set(bytes("k11"), bytes("again")),
                () -> tx.delete(bytes("k11")),
                () -> tx.set(bytes("large"), bytes("b")),
                () -> tx.removeRange(KeyRange.all()),
                () -> tx.set(bytes("last"), bytes("c"), after(2)));
        for (int i = 0; i < writes.size(); i++) {
            if (i == throwAt) {
                ProceduresTest.<RuntimeException>sneak(failure);
            }
            writes.get(i).run();
        }
        ProceduresTest.<RuntimeException>sneak(failure);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    private void fill() {
        for (int i = 0; i < 30; i++) {
            store.set(bytes("k%02d".formatted(i)), bytes("v" + i), i % 4 == 0 ? after(10 + i) : Expiry.never());
        }
        store.set(bytes("large"), bytes("a large value outside the page"));
        store.set(bytes("due"), bytes("v"), after(5));
        clock.advance(5);
    }

    /** Everything that one can see of the store without changing it. */
    private String state() {
        Contents contents = contents();
        List<String> entries = new ArrayList<>();
        var scan = contents.scan(null, null, /* descending= */ false);
        while (scan.advance()) {
            entries.add(text(scan.key()) + "=" + text(scan.value()) + "@" + scan.expiry());
        }
        return entries + " bytes=" + contents.bytes() + " minExpiry=" + contents.minExpiry() + " fingerprint="
                + Fingerprint.of(contents.countAndSum(null, null));
    }

    @Test
    void procedureThatThrowsAnywhere_changesNothingAndIsNotHeard() {
        fill();
        String before = state();
        ChangeSubscription subscription = store.listen(KeyRange.all(), heard::add);
        for (Throwable failure :
                List.of(new IllegalArgumentException("x"), new AssertionError("y"), new Exception("z"))) {
            for (int i = 0; i <= 11; i++) {
                int at = i;
                assertThatThrownBy(() -> store.transact(tx -> {
                            change(tx, at, failure);
                            return null;
                        }))
                        .isExactlyInstanceOf(failure.getClass())
                        .hasMessage(failure.getMessage());
                assertThat(state()).as("thrown before write " + at).isEqualTo(before);
                Keys.assertReplicasEqual(store);
            }
        }
        store.set(C, C);
        finish(subscription);
        assertThat(heardKeys()).containsExactly("c");
    }

    @Test
    void undoneProcedure_leavesTheTreesUsable() {
        fill();
        for (int i = 0; i <= 11; i++) {
            int at = i;
            assertThatThrownBy(() -> store.transact(tx -> {
                        change(tx, at, new IllegalStateException("thrown"));
                        return null;
                    }))
                    .hasMessage("thrown");
            store.set(bytes("more" + i), bytes("v"));
            store.delete(bytes("k%02d".formatted(i)));
            Keys.assertReplicasEqual(store);
        }
        assertThat(store.size()).isEqualTo(31 - 12 + 12);
    }

    @Test
    void exceptionThatTheProcedureCatches_undoesNothing() {
        store.transact(List.of(A), tx -> {
            tx.set(A, B);
            try {
                tx.get(B);
            } catch (IllegalArgumentException e) {
                tx.set(A, C);
            }
            return null;
        });
        assertThat(store.get(A)).isEqualTo(C);
    }

    @Test
    void virtualMachineError_costsOneReplicaOnly() {
        AtomicBoolean first = new AtomicBoolean(true);
        try (KeyValueStore other =
                KeyValueStore.builder().replicas(2).logs(logs).build()) {
            other.set(A, A);
            try {
                other.transact(tx -> {
                    tx.set(A, B);
                    if (first.getAndSet(false)) {
                        throw new InternalError("thrown on one replica");
                    }
                    return null;
                });
            } catch (AnswerLostException e) {
                assertThat(e).hasStackTraceContaining("thrown on one replica");
            }
            assertThat(other.get(A)).isEqualTo(B);
            other.set(C, C);
            assertThat(other.<Long>read(tx -> tx.count(KeyRange.all()))).isEqualTo(2);
        }
    }

    // ---- listeners ----

    @Test
    void changesOfOneProcedure_areHeardTogetherAndInOrder() {
        fill();
        ChangeSubscription subscription = store.listen(KeyRange.all(), heard::add);
        store.transact(tx -> {
            tx.set(A, A);
            tx.set(B, B);
            tx.set(A, C);
            tx.removeRange(KeyRange.atLeast(bytes("k03")).below(bytes("k05")));
            tx.delete(B);
            return null;
        });
        finish(subscription);
        assertThat(heard.stream()
                        .map(change -> change.log() + " " + change.index())
                        .distinct())
                .hasSize(1);
        assertThat(heard.stream()
                        .filter(change -> !change.isExpiry())
                        .map(Change::key)
                        .map(Keys::text))
                .startsWith("a", "b", "a")
                .endsWith("b")
                .hasSize(6)
                .contains("k03", "k04");
        assertThat(heard.stream().filter(Change::isExpiry).map(Change::key).map(Keys::text))
                .containsExactly("due");
    }

    @Test
    void callBackIntoTheStore_isRefusedForListenersToo() {
        ChangeSubscription subscription = store.listen(KeyRange.all(), heard::add);
        assertThatThrownBy(() -> store.transact(tx -> {
                    tx.set(A, A);
                    return store.get(A);
                }))
                .isExactlyInstanceOf(IllegalStateException.class);
        store.set(B, B);
        finish(subscription);
        assertThat(heardKeys()).containsExactly("b");
    }

    // ---- expiry ----

    @Test
    void now_isTheClockOfTheCall() {
        Instant now = clock.instant();
        assertThat(store.<Instant>transact(Transaction::now)).isEqualTo(now);
        assertThat(store.<Instant>read(tx -> tx.now())).isEqualTo(now);
    }

    @Test
    void entriesOfAProcedure_expire() {
        store.transact(tx -> {
            tx.set(A, A, after(10));
            tx.set(B, B, Expiry.at(tx.now()));
            assertThat(tx.contains(B)).isFalse();
            assertThat(tx.expiry(A)).contains(tx.now().plusMillis(10));
            return null;
        });
        clock.advance(9);
        assertThat(store.get(A)).isEqualTo(A);
        clock.advance(1);
        assertThat(store.get(A)).isNull();
    }

    @Test
    void dueEntry_isMissingInEachMethod() {
        store.set(C, C);
        store.set(A, A, after(5));
        clock.advance(5);
        assertThat(store.<String>transact(tx -> text(tx.get(A)))).isNull();
        String expected = "0 1 c [0x63=0x63] false";
        store.set(A, A, after(5));
        clock.advance(5);
        assertThat(store.<String>transact(ProceduresTest::looks)).isEqualTo(expected);
        store.set(A, A, after(5));
        clock.advance(5);
        assertThat(store.<String>read(tx -> looks((Transaction) tx))).isEqualTo(expected);
    }

    private static String looks(Transaction tx) {
        return tx.rank(C) + " " + tx.count(KeyRange.all()) + " " + text(tx.keyAt(0)) + " " + tx.scan(KeyRange.all())
                + " " + tx.contains(A);
    }

    @Test
    void readOnlyProcedure_runsAgainOnlyIfItMeetsADueEntry() {
        store.set(A, A, after(5));
        store.set(B, B);
        clock.advance(5);
        AtomicInteger runs = new AtomicInteger();
        store.read(tx -> {
            runs.incrementAndGet();
            return tx.get(B);
        });
        assertThat(runs).hasValue(1);
        assertThatThrownBy(() -> store.read(tx -> {
                    runs.incrementAndGet();
                    throw new IllegalStateException("there is " + tx.contains(A));
                }))
                .hasMessage("there is false");
        assertThat(runs).hasValue(3);
    }

    @Test
    void expiryThread_startsWithTheFirstEntryThatExpires() {
        store.transact(tx -> tx.put(A, A));
        assertThatThrownBy(() -> store.transact(tx -> {
                    tx.set(A, A, after(5));
                    throw new IllegalStateException("thrown");
                }))
                .hasMessage("thrown");
        assertThat(expiryThreads).hasValue(0);
        store.transact(tx -> tx.setExpiry(A, after(5)));
        assertThat(expiryThreads).hasValue(1);
    }
}
