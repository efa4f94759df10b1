package org.nr4j.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.Dispatch;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.ThreadToken;
import org.nr4j.testing.ConcurrentRun;

class OperationLogTest {

    private static LogEntry entry(Object... ops) {
        return new LogEntry(ops);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void tryAppend_manyLaps_keepsOrderAndRefusesWhenFull(int capacity) {
        OperationLog log = new OperationLog(capacity);
        for (int lap = 0; lap < 3; lap++) {
            List<LogEntry> entries = new ArrayList<>();
            for (int i = 0; i < capacity; i++) {
                LogEntry entry = entry(lap + "." + i);
                assertThat(log.contains(entry)).isFalse();
                assertThat(log.tryAppend(entry)).isTrue();
                entries.add(entry);
            }
            LogEntry tooMany = entry("too many");
            assertThat(log.tryAppend(tooMany)).isFalse();
            assertThat(log.contains(tooMany)).isFalse();
            for (int i = 0; i < capacity; i++) {
                long index = (long) lap * capacity + i;
                assertThat(log.entry(index)).isSameAs(entries.get(i));
                assertThat(entries.get(i).index).isEqualTo(index);
                assertThat(log.contains(entries.get(i))).isTrue();
            }
            assertThat(log.tail() - log.head()).isEqualTo(capacity);
            log.advanceHead(log.tail());
        }
    }

    /** Appending does not make readers wait; being told of does. */
    @Test
    void completed_isRaisedByThoseWhoTell_andNeverLowered() {
        OperationLog log = new OperationLog(4);
        log.tryAppend(entry("a", "b"));
        log.tryAppend(entry("c"));
        assertThat(log.completed()).as("appended").isZero();
        log.complete(1);
        log.complete(0);
        assertThat(log.completed()).isEqualTo(1);
        assertThat(log.completeWrites()).isEqualTo(3);
        assertThat(log.completed()).as("a number was told").isEqualTo(log.tail());
    }

    @Test
    void tryAppend_afterPartOfTheLogWasReclaimed_fillsThatPartOnly() {
        OperationLog log = new OperationLog(4);
        for (int i = 0; i < 4; i++) {
            log.tryAppend(entry(i));
        }
        log.advanceHead(1);
        assertThat(log.tryAppend(entry(4))).isTrue();
        assertThat(log.tryAppend(entry(5))).isFalse();
        assertThat(log.entry(1).ops).containsExactly(1);
        assertThat(log.entry(4).ops).containsExactly(4);
        assertThatThrownBy(() -> log.entry(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("index=0 head=1 tail=5");
        assertThatThrownBy(() -> log.entry(5)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void advanceHead_backwards_doesNothing() {
        OperationLog log = new OperationLog(4);
        for (int i = 0; i < 3; i++) {
            log.tryAppend(entry(i));
        }
        log.advanceHead(2);
        log.advanceHead(1);
        assertThat(log.head()).isEqualTo(2);
        assertThat(log.entry(2).ops).containsExactly(2);
    }

    /** A thread that reclaims late must not clear the entry that has taken the place meanwhile. */
    @Test
    void advanceHead_late_sparesTheNextLap() {
        OperationLog log = new OperationLog(1);
        log.tryAppend(entry("old"));
        log.advanceHead(1);
        log.tryAppend(entry("new"));
        log.advanceHead(1);
        assertThat(log.entry(1).ops).containsExactly("new");
    }

    @Test
    void advanceHead_letsGoOfOperations() {
        OperationLog log = new OperationLog(4);
        List<WeakReference<Object>> operations = List.of(appendNew(log), appendNew(log), appendNew(log));
        log.advanceHead(2);
        awaitCleared(operations.get(0));
        awaitCleared(operations.get(1));
        assertThat(log.entry(2).ops).containsExactly(operations.get(2).get());
        log.advanceHead(3);
        awaitCleared(operations.get(2));
        assertThat(log.writes()).as("the number of the next one").isEqualTo(3);
    }

    /**
     * Checks I2 through the façade. After a sync, nothing holds an operation or an answer; with a single replica,
     * nothing ever does.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nodeReplicated_afterSync_letsGoOfOperationsAndAnswers(int replicas) throws InterruptedException {
        try (NodeReplicated<Object, Object, Object> nr = NodeReplicated.<Object, Object, Object>builder(Echo::new)
                .replicas(replicas)
                .build()) {
            Set<WeakReference<Object>> references = ConcurrentHashMap.newKeySet();
            new ConcurrentRun()
                    .threads(3, i -> {
                        for (int n = 0; n < 50; n++) {
                            Object op = new Object();
                            references.add(new WeakReference<>(op));
                            references.add(new WeakReference<>(nr.executeMut(op)));
                            references.add(
                                    new WeakReference<>(nr.executeMutAsync(op).join()));
                        }
                    })
                    .run();
            nr.sync();
            references.forEach(OperationLogTest::awaitCleared);
        }
    }

    /** Entries that all replicas have applied are freed. The last quarter of a lap is kept for late followers. */
    @Test
    void nodeReplicated_inUse_reclaimsAllButTheLast() {
        try (NodeReplicated<Object, Object, Object> nr = NodeReplicated.<Object, Object, Object>builder(Echo::new)
                        .replicas(2)
                        .logCapacity(64)
                        .build();
                ThreadToken<Object, Object, Object> writer = nr.register(0);
                ThreadToken<Object, Object, Object> reader = nr.register(1)) {
            WeakReference<Object> early = null;
            for (int n = 0; n < 60; n++) {
                Object op = new Object();
                writer.executeMut(op);
                reader.execute("a read");
                early = n == 40 ? new WeakReference<>(op) : early;
            }
            awaitCleared(early);
            assertThat(nr.stats().waits().logFull()).as("waits for room").isZero();
            nr.follow(nr.writeCount() - 16, (index, writes) -> {}, FollowerOptions.defaults());
            assertThatThrownBy(() -> nr.follow(40, (index, writes) -> {}, FollowerOptions.defaults()))
                    .hasMessageContaining("log still holds");
        }
    }

    private static final class Echo implements Dispatch<Object, Object, Object> {
        @Override
        public Object dispatch(Object op) {
            return op;
        }

        @Override
        public Object dispatchMut(Object op) {
            return new Object[] {op};
        }
    }

    private static WeakReference<Object> appendNew(OperationLog log) {
        Object operation = new Object();
        log.tryAppend(entry(operation));
        return new WeakReference<>(operation);
    }

    private static void awaitCleared(WeakReference<Object> reference) {
        for (int i = 0; i < 100 && reference.get() != null; i++) {
            System.gc();
        }
        assertThat(reference.get()).isNull();
    }

    /** Every index once, each entry once, in the order of each appender, through many laps. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void tryAppend_manyThreads_losesNothing(int capacity) throws InterruptedException {
        int appenders = 3;
        int each = 3_000;
        OperationLog log = new OperationLog(capacity);
        List<Object> read = new ArrayList<>();
        AtomicLong localTail = new AtomicLong();
        new ConcurrentRun()
                .threads(appenders, appender -> {
                    for (int n = 0; n < each; n++) {
                        LogEntry entry = entry(appender, n);
                        while (!log.tryAppend(entry)) {
                            log.advanceHead(localTail.get());
                            Thread.yield();
                        }
                        assertThat(log.tail()).isGreaterThan(entry.index);
                    }
                })
                .threads(1, reader -> {
                    for (long index = 0; index < (long) appenders * each; index++) {
                        while (log.tail() <= index) {
                            Thread.yield();
                        }
                        LogEntry entry = log.entry(index);
                        assertThat(entry.index).isEqualTo(index);
                        read.add(List.of(entry.ops));
                        localTail.set(index + 1);
                    }
                })
                .run();
        int[] next = new int[appenders];
        for (Object ops : read) {
            List<?> pair = (List<?>) ops;
            assertThat(pair.get(1)).isEqualTo(next[(int) pair.get(0)]++);
        }
        assertThat(next).containsOnly(each);
    }
}
