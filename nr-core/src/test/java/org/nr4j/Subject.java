package org.nr4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.nr4j.internal.replica.Invariants;
import org.nr4j.linearizability.Command;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.TestThreads;

/** A replicated {@link Journal} under test: how threads reach it, what they wrote, and what must hold in the end. */
final class Subject implements AutoCloseable {
    final NodeReplicated<Command<Journal>, Command<Journal>, Object> nr;
    final List<Journal> journals = new CopyOnWriteArrayList<>();
    private final Setup setup;
    private final LongAdder issued = new LongAdder();
    private final Turmoil<Command<Journal>> turmoil;
    private volatile boolean closed;

    /** How threads come to the instance. */
    enum Access {
        WITHOUT_TOKENS(TestThreads.PLATFORM),
        TOKENS(TestThreads.PLATFORM),
        VIRTUAL_THREADS(TestThreads.VIRTUAL);

        final TestThreads kind;

        Access(TestThreads kind) {
            this.kind = kind;
        }
    }

    /** @param logCapacity 0 for the default */
    record Setup(int replicas, int logCapacity, Access access, boolean turmoil) {
        Setup(int replicas, int logCapacity, Access access) {
            this(replicas, logCapacity, access, false);
        }

        static Setup tokens(int replicas, int logCapacity) {
            return new Setup(replicas, logCapacity, Access.TOKENS);
        }

        @Override
        public String toString() {
            return "replicas=" + replicas + " log=" + (logCapacity == 0 ? "default" : logCapacity) + " " + access
                    + (turmoil ? " in turmoil" : "");
        }
    }

    /** What a thread does. */
    @FunctionalInterface
    interface Body {
        void run(Handle handle, int thread) throws Exception;
    }

    Subject(Setup setup) {
        this(setup, WaitStrategy.adaptive());
    }

    Subject(Setup setup, WaitStrategy waitStrategy) {
        this.setup = setup;
        var builder = NodeReplicated.<Command<Journal>, Command<Journal>, Object>builder(this::newJournal)
                .replicas(setup.replicas)
                .copier((Journal journal) -> register(journal.copyFor(journals.size())))
                .waitStrategy(waitStrategy);
        if (setup.logCapacity > 0) {
            builder.logCapacity(setup.logCapacity);
        }
        nr = builder.build();
        turmoil = setup.turmoil ? new Turmoil<>(nr, 1, 4) : null;
    }

    private Journal newJournal() {
        return register(new Journal(journals.size()));
    }

    private Journal register(Journal journal) {
        journals.add(journal);
        return journal;
    }

    /** The structures that serve, by number of their replica. */
    List<Journal> serving() {
        return nr.stats().replicas().stream()
                .filter(replica -> replica.state() == NrStats.ReplicaState.SERVING)
                .map(replica -> nr.register(replica.id()))
                .map(token -> (Journal) token.execute(Journal.read(journal -> journal)))
                .toList();
    }

    /** Runs {@code count} threads against the instance and waits for them. */
    void run(int count, Body body) throws InterruptedException {
        run(count, body, Duration.ofSeconds(60));
    }

    void run(int count, Body body, Duration deadline) throws InterruptedException {
        CountDownLatch registered = new CountDownLatch(count);
        new ConcurrentRun()
                .threads(setup.access.kind, count, i -> {
                    try (Handle handle = handle(i)) {
                        registered.countDown();
                        registered.await();
                        body.run(handle, i);
                    }
                })
                .deadline(deadline)
                .run();
    }

    /** For the calling thread; with tokens, threads are spread over the replicas by their number. */
    Handle handle(int thread) {
        return new Handle(setup.access == Access.TOKENS ? anyToken(thread) : null);
    }

    /** For the calling thread and one of the replicas; which, depends on the number. */
    ThreadToken<Command<Journal>, Command<Journal>, Object> anyToken(int thread) {
        List<NrStats.ReplicaStats> replicas = nr.stats().replicas();
        try {
            return nr.register(replicas.get(thread % replicas.size()).id());
        } catch (IllegalArgumentException e) { // removed just now
            return nr.register();
        }
    }

    /** Writes that a test makes beside its handles. */
    void issued(long writes) {
        issued.add(writes);
    }

    /** The entries of all replicas, which must be the same, read through each. */
    List<Object> entries() {
        if (turmoil != null) {
            turmoil.calmDown();
        }
        nr.sync();
        List<Object> first = null;
        for (NrStats.ReplicaStats stats : nr.stats().replicas()) {
            if (stats.state() == NrStats.ReplicaState.QUARANTINED) {
                continue;
            }
            int replica = stats.id();
            List<Object> entries = entriesOf(replica);
            if (first != null) {
                assertThat(entries).as("replica " + replica).isEqualTo(first);
            }
            first = entries;
        }
        return first;
    }

    @SuppressWarnings("unchecked")
    private List<Object> entriesOf(int replica) {
        try (var token = nr.register(replica)) {
            return (List<Object>) token.execute(Journal.all());
        }
    }

    /**
     * Checks what must hold whenever no thread works: replicas are equal, nothing is left to do, and every write is
     * counted once. Reads all replicas.
     */
    void assertConsistent() {
        if (turmoil != null) {
            turmoil.close();
        }
        entries();
        NrStats stats = nr.stats();
        assertThat(stats.logOccupancy()).isZero();
        assertThat(stats.replicas()).hasSize(nr.replicas()).allMatch(replica -> replica.lag() == 0);
        assertThat(stats.index()).isEqualTo(issued.sum());
        if (turmoil == null) {
            assertThat(stats.replicas().stream()
                            .mapToLong(NrStats.ReplicaStats::submitted)
                            .sum())
                    .isEqualTo(issued.sum());
        }
        assertThat(stats.batchSizes().stream().mapToLong(Long::longValue).sum()).isEqualTo(stats.batches());
        assertThat(stats.batches()).isLessThanOrEqualTo(stats.index());
        Invariants.of(nr).assertAtRest();
    }

    /** For a closed instance: every structure is closed, and they are equal; returns the entries. */
    List<Object> entriesAfterClose() {
        if (turmoil != null) {
            turmoil.close();
            assertThat(journals).allMatch(journal -> journal.closed);
            // Those removed earlier have a part of it.
            return Collections.max(journals, Comparator.comparingInt(journal -> journal.entries.size())).entries;
        }
        assertThat(journals).hasSize(nr.replicas()).allMatch(journal -> journal.closed);
        assertThat(journals).allSatisfy(journal -> assertThat(journal.entries).isEqualTo(journals.get(0).entries));
        return journals.get(0).entries;
    }

    /** Whether {@link #close} was called. A structure may be closed before that: its replica was removed. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        nr.close();
    }

    /** The operations as one thread issues them, through a token or without one. */
    final class Handle implements AutoCloseable {
        private final ThreadToken<Command<Journal>, Command<Journal>, Object> token;

        private Handle(ThreadToken<Command<Journal>, Command<Journal>, Object> token) {
            this.token = token;
        }

        Object read(Command<Journal> op) {
            return token == null ? nr.execute(op) : token.execute(op);
        }

        int size() {
            return (int) read(Journal.size());
        }

        Object write(Command<Journal> op) {
            return counted(1, () -> token == null ? nr.executeMut(op) : token.executeMut(op));
        }

        List<Object> writeAll(List<Command<Journal>> ops) {
            return counted(ops.size(), () -> token == null ? nr.executeMutAll(ops) : token.executeMutAll(ops));
        }

        CompletableFuture<Object> writeAsync(Command<Journal> op) {
            return counted(1, () -> token == null ? nr.executeMutAsync(op) : token.executeMutAsync(op));
        }

        /** Refused writes do not count. */
        private <T> T counted(int writes, Supplier<T> call) {
            issued.add(writes);
            try {
                return call.get();
            } catch (IllegalStateException refused) {
                issued.add(-writes);
                throw refused;
            }
        }

        @Override
        public void close() {
            if (token != null) {
                token.close();
            }
        }
    }
}
