package org.nr4j.kv.internal.durable;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.internal.lock.Sleeper;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.topology.NumaTopology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Tests that the log's thread wakes the threads that wait for the disk. In the tests, these really park, and do not
 * look again by themselves. The result says whether one {@linkplain Sleeper would have slept forever}.
 */
public final class Committing {
    private static final byte[] KEY = {};
    private static final LogIndexes NOTHING;
    private static final LogIndexes ONE_WRITE;

    static {
        try (KeyValueStore store = KeyValueStore.builder()
                .topology(NumaTopology.simulated(1, 2))
                .replicas(1)
                .build()) {
            NOTHING = store.indexes();
            store.set(KEY, KEY);
            ONE_WRITE = store.indexes();
        }
    }

    private Committing() {}

    private static CommitState newState() {
        return new CommitState(NOTHING, /* lookNanos= */ Long.MAX_VALUE);
    }

    // ---- readers ----

    /** A reader that waits for a write, and the log's thread, which has synced that write. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though the disk has the write")
    @State
    public static class ReaderAndAdvance {
        private final CommitState state = newState();
        private final Sleeper sleeper = new Sleeper();

        @Actor
        public void reader() {
            sleeper.begins();
            state.await(ONE_WRITE);
            sleeper.ends();
        }

        @Actor
        public void log(Z_Result r) {
            state.advance(ONE_WRITE);
            r.r1 = sleeper.isLost(state);
        }
    }

    /** Weakened: the log's thread advances by a release store, not a volatile one, before it looks for readers. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the reader parks, and is not unparked")
    @State
    public static class ReaderAndAdvanceWeakened {
        private static final VarHandle DURABLE = ConstantBootstraps.fieldVarHandle(
                MethodHandles.lookup(), "durable", VarHandle.class, ReaderAndAdvanceWeakened.class, int.class);

        private int durable;
        private final Queue<Thread> readers = new ConcurrentLinkedQueue<>();

        @Actor
        public void reader(II_Result r) {
            readers.add(Thread.currentThread());
            r.r1 = (int) DURABLE.getVolatile(this);
        }

        @Actor
        public void log(II_Result r) {
            DURABLE.setRelease(this, 1);
            r.r2 = readers.poll() == null ? 0 : 1;
        }
    }

    // ---- writers ----

    /** A writer that waits for its own write, and the log's thread, which has synced it. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though the disk has the write")
    @State
    public static class WriterAndComplete {
        private final CommitState state = newState();
        private final Sleeper sleeper = new Sleeper();
        private volatile AwaitedWrite submitted;

        @Actor
        public void writer() {
            AwaitedWrite write = new AwaitedWrite(new Remove(KEY, 0));
            sleeper.begins();
            submitted = write;
            state.await(write);
            sleeper.ends();
        }

        @Actor
        public void log(Z_Result r) {
            while (submitted == null) {
                Thread.onSpinWait();
            }
            submitted.complete();
            r.r1 = sleeper.isLost(state);
        }
    }

    /**
     * Swapped: the log's thread unparks the writer before it marks the write as durable. The writer does not really
     * park: {@code permit} stands for what an unpark leaves to the next park.
     */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the writer found the write durable")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "the writer parks, and is unparked later")
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "the writer was unparked, and found the write durable")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the writer was unparked, and parks again for ever")
    @State
    public static class WriterAndCompleteWeakened {
        /** An unpark does not return at once. */
        private static final int UNPARK_SPINS = 10;

        private volatile boolean durable;
        private volatile boolean permit;

        @Actor
        public void writer(I_Result r) {
            if (durable) {
                r.r1 = 1;
            } else if (!permit) {
                r.r1 = 2;
            } else {
                r.r1 = durable ? 3 : 0;
            }
        }

        @Actor
        public void log() {
            permit = true;
            for (int i = 0; i < UNPARK_SPINS; i++) {
                Thread.onSpinWait();
            }
            durable = true;
        }
    }
}
