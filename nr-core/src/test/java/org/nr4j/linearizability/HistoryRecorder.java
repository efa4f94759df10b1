package org.nr4j.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.nr4j.linearizability.History.Operation;

/**
 * Records a {@link History} of any number of threads, platform or virtual. An operation costs one read and one
 * increment of a shared counter, and a few objects in a buffer of its thread.
 *
 * <h2>Why the order is right</h2>
 *
 * The counter counts returns. An operation that is invoked after {@code n} returns gets the time {@code 2n}. The
 * operation that returns as number {@code n}, from 0, gets the time {@code 2n + 1}. So {@code a.returned < b.invoked}
 * exactly if b's read of the counter saw a's increment. If b was invoked after a returned, b does see the increment.
 * The counter is read before the operation starts and incremented after it ended. A recorded interval is therefore
 * never too short, and there are no false alarms.
 *
 * <p>The increment is a full fence after each operation. It can hide a fence that the structure lacks. The jcstress
 * tests check weak memory; histories do not.
 */
public final class HistoryRecorder<O, A> {
    private final AtomicLong returns = new AtomicLong();
    private final Queue<Lane<O, A>> lanes = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Lane<O, A>> lane = ThreadLocal.withInitial(this::newLane);

    /** Runs and records an operation; what it throws is its outcome, and is not thrown here. */
    public Outcome<A> record(O operation, Function<? super O, ? extends A> target) {
        Call<O, A> call = invoke(operation);
        A value;
        try {
            value = target.apply(operation);
        } catch (Throwable failure) {
            return call.end(Outcome.threw(failure));
        }
        return call.end(Outcome.of(value));
    }

    /** Records the invocation of an operation that is about to be submitted, and ends through the result, if ever. */
    public Call<O, A> invoke(O operation) {
        Lane<O, A> mine = lane.get();
        Call<O, A> call = new Call<>(this, mine.name, operation, 2 * returns.get());
        mine.calls.add(call);
        return call;
    }

    /**
     * Returns what was recorded so far. Threads may still be running, or hang.
     *
     * <p>The history is cut at one moment: later returns count as pending, and later invocations are left out. An
     * operation whose effect was seen before the cut is never missing: it has been in its thread's buffer since before
     * it started.
     */
    public History<O, A> history() {
        long cut = 2 * returns.get();
        List<Operation<O, A>> operations = new ArrayList<>();
        for (Lane<O, A> each : lanes) {
            for (Call<O, A> call : each.calls) {
                if (call.invoked <= cut) {
                    operations.add(call.asOf(cut));
                }
            }
        }
        return new History<>(operations);
    }

    private Lane<O, A> newLane() {
        Thread thread = Thread.currentThread();
        String name = thread.getName().isEmpty() ? "thread-" + thread.getId() : thread.getName();
        Lane<O, A> created = new Lane<>(name, new ConcurrentLinkedQueue<>());
        lanes.add(created);
        return created;
    }

    private record Lane<O, A>(String name, Queue<Call<O, A>> calls) {}

    /** An operation in flight. Any thread may end it, once. */
    public static final class Call<O, A> {
        private final HistoryRecorder<O, A> recorder;
        private final String thread;
        private final O operation;
        private final long invoked;
        private long returned; // published by the volatile write of outcome
        private volatile Outcome<A> outcome;

        private Call(HistoryRecorder<O, A> recorder, String thread, O operation, long invoked) {
            this.recorder = recorder;
            this.thread = thread;
            this.operation = operation;
            this.invoked = invoked;
        }

        public Outcome<A> end(Outcome<A> result) {
            returned = 2 * recorder.returns.getAndIncrement() + 1;
            outcome = result;
            return result;
        }

        private Operation<O, A> asOf(long cut) {
            Outcome<A> known = outcome;
            return known == null || returned > cut
                    ? new Operation<>(thread, operation, null, invoked, Operation.NEVER)
                    : new Operation<>(thread, operation, known, invoked, returned);
        }
    }
}
