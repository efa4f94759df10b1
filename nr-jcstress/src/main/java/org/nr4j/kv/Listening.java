package org.nr4j.kv;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.nr4j.FollowerOptions;
import org.nr4j.topology.NumaTopology;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Tests change listeners: a finishing listener ends once it has received everything, and a closed one is not called
 * again.
 */
public final class Listening {
    /** A fixed topology, because detecting it would take longer than the test. */
    private static final NumaTopology ONE_NODE = NumaTopology.simulated(1, 2);

    private Listening() {}

    /** How often to check whether the other actor has arrived. */
    private static final int PATIENCE = 20_000;

    /** A store with a listener, which runs on the thread that calls {@link #tell}. */
    private static final class Store {
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final KeyValueStore store = KeyValueStore.builder()
                .topology(ONE_NODE)
                .replicas(1)
                .listenerOptions(FollowerOptions.defaults().executor(tasks::add))
                .build();
        final ChangeSubscription subscription = store.listen(KeyRange.all(), change -> hear());

        /** Volatile, because another thread waits for the first call. */
        private volatile int begun;

        /** Plain, since calls come one at a time. */
        private int ended;

        Store(int writes) {
            for (int i = 0; i < writes; i++) {
                store.set(new byte[0], new byte[0]);
            }
        }

        private void hear() {
            begun = ended + 1;
            for (int i = 0; i < 100; i++) {
                Thread.onSpinWait(); // long enough for a close to come in between
            }
            ended++;
        }

        /** Waits for the first call, so that the caller acts while the follower is running. */
        void awaitFirstCall() {
            for (int i = 0; i < PATIENCE && begun == 0; i++) {
                Thread.onSpinWait();
            }
        }

        /** Runs the follower's tasks. An interrupt cuts the naps short that the follower takes before it ends. */
        void tell() {
            Thread.currentThread().interrupt();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            Thread.interrupted();
        }

        /** Returns how many calls began and ended, as two digits. */
        int calls() {
            return 10 * begun + ended;
        }
    }

    // ---- finishing ----

    @JCStressTest
    @Outcome(id = "11, 1", expect = ACCEPTABLE, desc = "heard the write, and ended")
    @Outcome(expect = FORBIDDEN, desc = "heard all, and does not end")
    @State
    public static class FinishAndHear {
        private final Store store = new Store(1);

        @Actor
        public void teller() {
            store.tell();
        }

        @Actor
        public void finisher() {
            store.awaitFirstCall();
            store.subscription.finish();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = store.calls();
            r.r2 = store.subscription.ended().isDone() ? 1 : 0;
        }
    }

    /** Weakened: both sides use a release store and then an acquire load. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "ended by one of the two")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "heard all, and does not end")
    @State
    public static class FinishAndHearWeakened {
        private static final VarHandle HEARD = handle("heard");
        private static final VarHandle END = handle("end");

        private long heard;
        private long end = Long.MAX_VALUE;

        private static VarHandle handle(String field) {
            return ConstantBootstraps.fieldVarHandle(
                    MethodHandles.lookup(), field, VarHandle.class, FinishAndHearWeakened.class, long.class);
        }

        @Actor
        public void teller(II_Result r) {
            HEARD.setRelease(this, 1L);
            r.r1 = (long) END.getAcquire(this) <= 1 ? 1 : 0;
        }

        @Actor
        public void finisher(II_Result r) {
            END.setRelease(this, 1L);
            r.r2 = (long) HEARD.getAcquire(this) >= 1 ? 1 : 0;
        }
    }

    // ---- closing ----

    @JCStressTest
    @Outcome(
            id = {"0, 0", "11, 11", "22, 22", "33, 33"},
            expect = ACCEPTABLE,
            desc = "what it heard, it heard before the close returned")
    @Outcome(expect = FORBIDDEN, desc = "called after the close, or not waited for")
    @State
    public static class CloseAndHear {
        private final Store store = new Store(3);

        @Actor
        public void teller() {
            store.tell();
        }

        @Actor
        public void closer(II_Result r) {
            store.awaitFirstCall();
            store.subscription.close();
            r.r1 = store.calls();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = store.calls();
        }
    }

    /** Dropped: the second check, with the lock held, of whether the subscription is closed. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "what it heard, it heard before the close returned")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "called after the close")
    @State
    public static class CloseAndHearWeakened {
        private final ReentrantLock calling = new ReentrantLock();
        private volatile boolean over;
        private int calls;

        @Actor
        public void teller() {
            if (!over) {
                calling.lock();
                calls++;
                calling.unlock();
            }
        }

        @Actor
        public void closer(II_Result r) {
            over = true;
            calling.lock();
            r.r1 = calls;
            calling.unlock();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = calls;
        }
    }
}
