package org.nr4j.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.nr4j.AnswerLostException;
import org.nr4j.BatchFailedException;
import org.nr4j.Dispatch;
import org.nr4j.Follower;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.ThreadToken;
import org.nr4j.WaitStrategy;
import org.nr4j.testing.ConcurrentRun;
import org.nr4j.testing.Soak;

/**
 * One thread meets one fault, at each point of each operation in turn, while other threads work. Then all threads must
 * finish, and the journals show whether a write was lost, repeated or moved.
 */
public final class FaultScenario implements Faults.Scenario {
    private static final Duration DEADLINE = Duration.ofSeconds(6);
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);
    private static final int LOG_CAPACITY = 16;
    /** Every so many points are tried, from one that differs between runs; all of them in a soak. */
    private static final int STRIDE = Soak.stride(17);

    private static final int MOST_POINTS = 2_000;
    private static final Write CLEAR = new Write(-1, () -> {});

    private int replicas;
    private boolean followed;
    private boolean sticky;
    private final AtomicInteger ids = new AtomicInteger();
    private Instance instance;

    /** The operation that meets the fault. */
    private enum Kind {
        WRITE,
        BATCH,
        READ,
        STALE_READ
    }

    /** What the others do meanwhile. */
    private enum Others {
        /** Nothing. */
        NONE,
        /** They read and write as they like. */
        BUSY,
        /** One of them holds the lock in a write until the armed thread sleeps; two sleep beside it. */
        HOLDING,
        /** They sleep while the armed thread applies its write. Points count from the end of that. */
        WAITING
    }

    /** A write of the journal. {@code inside} runs once, in the thread that called. */
    private record Write(int id, Runnable inside) {}

    /** What a read found. */
    private record Answer(int id, int size) {}

    /** The structure: all writes in order. */
    private static final class Log implements Dispatch<Integer, Write, Answer> {
        final List<Integer> entries = new ArrayList<>();

        @Override
        public Answer dispatch(Integer id) {
            return new Answer(id, entries.size());
        }

        @Override
        public Answer dispatchMut(Write write) {
            if (write == CLEAR) {
                entries.clear();
            } else {
                entries.add(write.id);
                write.inside.run();
            }
            return new Answer(write.id, entries.size());
        }
    }

    /** An instance, and what its follower received. */
    private static final class Instance {
        final List<Log> logs = Collections.synchronizedList(new ArrayList<>());
        final List<Integer> received = Collections.synchronizedList(new ArrayList<>());
        final NodeReplicated<Integer, Write, Answer> nr;
        final Follower follower;

        Instance(int replicas, boolean followed) {
            nr = NodeReplicated.builder(() -> {
                        Log log = new Log();
                        logs.add(log);
                        return log;
                    })
                    .replicas(replicas)
                    .logCapacity(LOG_CAPACITY)
                    .waitStrategy(PARK_AT_ONCE)
                    .build();
            follower = followed ? nr.follow((index, writes) -> writes.forEach(this::receive)) : null;
        }

        private void receive(Write write) {
            if (write == CLEAR) {
                received.clear();
            } else {
                received.add(write.id);
            }
        }

        /** A token of the replica with that number, or of another one if it does not serve. */
        ThreadToken<Integer, Write, Answer> token(int replica) {
            try {
                return nr.register(replica);
            } catch (IllegalArgumentException e) {
                assertThat(isQuarantined()).isTrue();
                return nr.register();
            }
        }

        boolean isQuarantined() {
            return nr.stats().replicas().stream().anyMatch(replica -> replica.state() == ReplicaState.QUARANTINED);
        }
    }

    /** What one case has written. */
    private static final class Writes {
        final Set<Integer> done = Collections.synchronizedSet(new HashSet<>());
        final Set<Integer> begun = Collections.synchronizedSet(new HashSet<>());
        final Map<Thread, List<Integer>> byThread = new ConcurrentHashMap<>();
        volatile boolean stopped;
        volatile String fault;

        void done(List<Integer> ids) {
            done.addAll(ids);
            byThread.computeIfAbsent(Thread.currentThread(), thread -> new ArrayList<>())
                    .addAll(ids);
        }
    }

    @Override
    public void run(int replicas, boolean followed, boolean sticky) throws Exception {
        this.replicas = replicas;
        this.followed = followed;
        this.sticky = sticky;
        instance = new Instance(replicas, followed);
        int first = ThreadLocalRandom.current().nextInt(STRIDE);
        int cases = 0;
        int stops = 0;
        for (Others others : Others.values()) {
            for (Kind kind : Kind.values()) {
                if (others == Others.WAITING && kind.ordinal() > Kind.BATCH.ordinal()) {
                    continue;
                }
                boolean met = true;
                for (int point = first; met && point < MOST_POINTS; point += STRIDE) {
                    Writes writes = runCase(others, kind, point);
                    met = writes.fault != null;
                    cases++;
                    if (writes.stopped) {
                        stops++;
                        instance = new Instance(replicas, followed);
                    }
                }
                assertThat(met)
                        .as("more than %s points in %s, %s", MOST_POINTS, others, kind)
                        .isFalse();
            }
        }
        instance.nr.close();
        assertThat(cases).isGreaterThan(500 / STRIDE);
        assertThat(stops).as("instances that stopped, of cases %s", cases).isLessThan(cases / 2);
    }

    private Writes runCase(Others others, Kind kind, int point) throws Exception {
        Writes writes = new Writes();
        try {
            runThreads(others, kind, point, writes);
            new ConcurrentRun()
                    .threads(replicas, replica -> goOn(writes, replica))
                    .deadline(DEADLINE)
                    .run();
            new ConcurrentRun()
                    .threads(1, i -> check(writes))
                    .deadline(DEADLINE)
                    .run();
        } catch (AssertionError e) {
            throw new AssertionError(
                    "replicas=%d followed=%s sticky=%s others=%s kind=%s point=%d fault=%s\n%s"
                            .formatted(
                                    replicas,
                                    followed,
                                    sticky,
                                    others,
                                    kind,
                                    point,
                                    writes.fault,
                                    LockWords.of(instance.nr)),
                    e);
        }
        return writes;
    }

    private void runThreads(Others others, Kind kind, int point, Writes writes) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Thread[] armed = new Thread[1];
        Thread[] sleepers = new Thread[2];
        ConcurrentRun run = new ConcurrentRun().deadline(DEADLINE);
        run.threads(1, i -> {
            armed[0] = Thread.currentThread();
            try {
                if (others == Others.WAITING) {
                    runArmedInside(kind, point, writes, () -> {
                        held.countDown();
                        awaitAsleep(sleepers, ended);
                    });
                } else {
                    if (others == Others.HOLDING) {
                        held.await();
                    }
                    perform(kind, writes, () -> arm(point), () -> {});
                }
            } finally {
                ended.set(true);
            }
            goOn(writes, 0);
        });
        switch (others) {
            case NONE -> {}
            case BUSY ->
                run.threads(2, i -> {
                    for (int n = 0; n < 3; n++) {
                        goOn(writes, i % replicas);
                    }
                });
            case HOLDING ->
                run.threads(
                                1,
                                i -> write(writes, () -> instance.token(0), () -> {
                                    held.countDown();
                                    awaitAsleep(sleepers, new AtomicBoolean());
                                    awaitAsleep(armed, ended);
                                }))
                        .threads(2, i -> sleep(i, held, sleepers, writes));
            case WAITING -> run.threads(2, i -> sleep(i, held, sleepers, writes));
        }
        run.run();
    }

    /** Writes or reads while another thread holds the lock, and therefore parks. */
    private void sleep(int i, CountDownLatch held, Thread[] sleepers, Writes writes) throws Exception {
        held.await();
        sleepers[i] = Thread.currentThread();
        if (i == 0) {
            write(writes, () -> instance.token(0), () -> {});
        } else {
            read(writes, () -> instance.token(0));
        }
    }

    private static void awaitAsleep(Thread[] threads, AtomicBoolean ended) {
        for (int i = 0; i < threads.length; i++) {
            while (!ended.get() && !isAsleep(threads[i])) {
                Thread.onSpinWait();
            }
        }
    }

    private static boolean isAsleep(Thread thread) {
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
    }

    /** A write and a read of a thread that meets no fault. */
    private void goOn(Writes writes, int replica) throws Exception {
        write(writes, () -> instance.token(replica), () -> {});
        read(writes, () -> instance.token(replica));
    }

    private void write(Writes writes, Supplier<ThreadToken<Integer, Write, Answer>> token, Runnable inside)
            throws Exception {
        Write write = newWrite(writes, inside);
        Answer answer = call(writes, () -> token.get().executeMut(write));
        if (answer != null) {
            assertThat(answer.id).isEqualTo(write.id);
            writes.done(List.of(write.id));
        }
    }

    private void read(Writes writes, Supplier<ThreadToken<Integer, Write, Answer>> token) throws Exception {
        int id = ids.incrementAndGet();
        int done = writes.done.size();
        Answer answer = call(writes, () -> token.get().execute(id));
        if (answer != null) {
            assertThat(answer.id).isEqualTo(id);
            assertThat(answer.size).as("writes that a read sees").isGreaterThanOrEqualTo(done);
        }
    }

    private Write newWrite(Writes writes, Runnable inside) {
        Thread caller = Thread.currentThread();
        AtomicBoolean first = new AtomicBoolean(true);
        int id = ids.incrementAndGet();
        writes.begun.add(id);
        return new Write(id, () -> {
            if (Thread.currentThread() == caller && first.getAndSet(false)) {
                inside.run();
            }
        });
    }

    private void runArmedInside(Kind kind, int point, Writes writes, Runnable before) throws Exception {
        perform(kind, writes, () -> {}, () -> {
            before.run();
            arm(point);
        });
    }

    private void arm(int point) {
        Faults.arm(point, sticky, ThreadLocalRandom.current().nextBoolean());
    }

    /** The armed thread's operation. */
    private void perform(Kind kind, Writes writes, Runnable before, Runnable inside) throws Exception {
        ThreadToken<Integer, Write, Answer> nr = instance.token(0);
        before.run();
        try {
            switch (kind) {
                case WRITE -> {
                    Write write = newWrite(writes, inside);
                    checkAnswers(writes, List.of(write.id), call(writes, () -> List.of(nr.executeMut(write))));
                }
                case BATCH -> {
                    Write first = newWrite(writes, () -> {});
                    Write second = newWrite(writes, inside);
                    List<Write> batch = List.of(first, second);
                    checkAnswers(writes, List.of(first.id, second.id), call(writes, () -> nr.executeMutAll(batch)));
                }
                case READ -> {
                    Answer answer = call(writes, () -> nr.execute(-7));
                    assertThat(answer == null || answer.id == -7).isTrue();
                }
                case STALE_READ -> {
                    Answer answer = call(writes, () -> nr.executeStale(-7).answer());
                    assertThat(answer == null || answer.id == -7).isTrue();
                }
            }
        } finally {
            Faults.disarm();
        }
    }

    private static void checkAnswers(Writes writes, List<Integer> ids, List<Answer> answers) {
        if (answers != null) {
            assertThat(answers).extracting(Answer::id).isEqualTo(ids);
            writes.done(ids);
        }
    }

    /** What a call returned; null if it met the fault, or the instance has stopped. */
    private <T> T call(Writes writes, Callable<T> operation) throws Exception {
        try {
            T answer = operation.call();
            noteFault(writes);
            return answer;
        } catch (Throwable e) {
            boolean mine = noteFault(writes);
            if (mine && Faults.isInjected(e)) {
                return null;
            }
            Throwable cause = e instanceof BatchFailedException ? e.getCause() : e;
            if (isStop(e) || (cause instanceof AnswerLostException && instance.isQuarantined())) {
                writes.stopped = true;
                return null;
            }
            throw e;
        }
    }

    private static boolean noteFault(Writes writes) {
        String fault = Faults.disarm();
        if (fault != null) {
            writes.fault = fault;
        }
        return fault != null;
    }

    private static boolean isStop(Throwable e) {
        return e instanceof IllegalStateException
                && String.valueOf(e.getMessage()).contains("dispatchMut must not exhaust the memory or the stack");
    }

    private void check(Writes writes) throws Exception {
        if (writes.stopped) {
            return;
        }
        NodeReplicated<Integer, Write, Answer> nr = instance.nr;
        nr.sync();
        List<Log> serving = nr.stats().replicas().stream()
                .filter(replica -> replica.state() == ReplicaState.SERVING)
                .map(replica -> instance.logs.get(replica.id()))
                .toList();
        assertThat(serving).isNotEmpty();
        List<Integer> entries = serving.get(0).entries;
        assertThat(serving).extracting(log -> log.entries).containsOnly(entries);
        assertThat(nr.stats().replicas().stream()
                        .filter(replica -> replica.state() == ReplicaState.SERVING)
                        .map(ReplicaStats::lag))
                .containsOnly(0L);
        for (List<Integer> own : writes.byThread.values()) {
            assertThat(entries).containsSubsequence(own);
        }
        assertThat(entries).doesNotHaveDuplicates().containsAll(writes.done);
        assertThat(writes.begun).containsAll(entries);
        if (instance.follower != null) {
            while (instance.follower.lag() > 0) {
                assertThat(instance.follower.ended()).isNotDone();
                Thread.sleep(0, 50_000);
            }
            assertThat(instance.received).isEqualTo(entries);
        }
        nr.executeMut(CLEAR);
        writes.stopped = instance.isQuarantined();
    }
}
