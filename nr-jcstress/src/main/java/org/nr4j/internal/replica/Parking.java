package org.nr4j.internal.replica;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.combine.PublicationList;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.lock.Sleeper;
import org.nr4j.internal.stats.WaitCounters;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Tests that no wake-up is lost: a thread that decides to park is woken by the thread it waits for. Waiters really
 * park. The result says whether one {@linkplain Sleeper would have slept forever}.
 */
public final class Parking {
    private Parking() {}

    private static final long HOLDER = 9;
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    private static ReplicaLock newLock() {
        return new ReplicaLock(PARK_AT_ONCE, new WaitCounters(), /* cellCount= */ 1);
    }

    /** A waiter that publishes a request and sleeps, while another thread holds the lock. */
    private static class Wait {
        final ReplicaLock lock = newLock();
        final PublicationList publications = new PublicationList();
        final Sleeper sleeper = new Sleeper();

        Wait() {
            lock.tryUpdate(HOLDER);
        }

        void park() {
            Request request = new Request("op");
            sleeper.begins();
            if (publications.publish(request)) {
                request.park(lock.newBackoff(), lock);
            }
            sleeper.ends();
        }

        Request takeRequest() {
            Request request = publications.takeAll();
            while (request == null) {
                Thread.onSpinWait();
                request = publications.takeAll();
            }
            return request;
        }
    }

    /** A waiter whose request a combiner answers. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though answered")
    @State
    public static class RequestAndAnswer {
        final Wait wait = new Wait();

        @Actor
        public void waiter() {
            wait.park();
        }

        @Actor
        public void combiner(Z_Result r) {
            Request request = wait.takeRequest();
            request.answer(null, null);
            wait.lock.release();
            request.wakeIfParked();
            r.r1 = wait.sleeper.isLost(request);
        }
    }

    /** A waiter whose request is failed by a thread that holds no lock. No combiner answers it. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though answered")
    @State
    public static class RequestAndFailure {
        private static final Error LOST = new AssertionError("lost");

        final Wait wait = new Wait();

        @Actor
        public void waiter() {
            wait.park();
        }

        @Actor
        public void rescuer(Z_Result r) {
            Request request = wait.takeRequest();
            request.failAndWake(LOST);
            r.r1 = wait.sleeper.isLost(request);
        }
    }

    /** The same, when the request is redirected. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though given back")
    @State
    public static class RequestAndMove {
        final Wait wait = new Wait();

        @Actor
        public void waiter() {
            wait.park();
        }

        @Actor
        public void holder(Z_Result r) {
            Request request = wait.takeRequest();
            request.redirect();
            r.r1 = wait.sleeper.isLost(request);
        }
    }

    /** A waiter without an answer, and a holder that releases the lock. The waiter must wake up and take the lock. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though the lock is free")
    @State
    public static class RequestAndRelease {
        final Wait wait = new Wait();

        @Actor
        public void waiter() {
            wait.park();
        }

        @Actor
        public void holder(Z_Result r) {
            wait.lock.release();
            wait.publications.wakeOther();
            r.r1 = wait.sleeper.isLost(/* blocker= */ null);
        }
    }

    /**
     * The same with a holder that retires the lock. The waiter must wake up and find out who answers its request. A
     * quarantined replica wakes the waiters of its requests in the log in the same way.
     */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though nobody will ever answer")
    @State
    public static class RequestAndRetire {
        final Wait wait = new Wait();

        public RequestAndRetire() {
            wait.lock.upgrade(HOLDER);
        }

        @Actor
        public void waiter() {
            wait.park();
        }

        @Actor
        public void holder(Z_Result r) {
            wait.lock.retire();
            for (Request request = wait.publications.takeAll(); request != null; request = request.next) {
                request.wakeIfParked();
            }
            r.r1 = wait.sleeper.isLost(/* blocker= */ null);
        }
    }

    /** A reader that is kept out, and a writer that releases the lock. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though the lock is free")
    @State
    public static class ReaderAndRelease {
        final ReplicaLock lock = newLock();
        final Sleeper sleeper = new Sleeper();

        public ReaderAndRelease() {
            lock.tryWrite(HOLDER);
        }

        @Actor
        public void reader() {
            sleeper.begins();
            lock.awaitReadable(lock.newBackoff());
            sleeper.ends();
        }

        @Actor
        public void writer(Z_Result r) {
            lock.release();
            r.r1 = sleeper.isLost(lock);
        }
    }

    /** A reader that is kept out, and a writer that becomes a collecting holder. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though readers may enter")
    @State
    public static class ReaderAndDowngrade {
        final ReplicaLock lock = newLock();
        final Sleeper sleeper = new Sleeper();

        public ReaderAndDowngrade() {
            lock.tryWrite(HOLDER);
        }

        @Actor
        public void reader() {
            sleeper.begins();
            lock.awaitReadable(lock.newBackoff());
            sleeper.ends();
        }

        @Actor
        public void writer(Z_Result r) {
            lock.downgrade(HOLDER);
            r.r1 = sleeper.isLost(lock);
        }
    }

    /** A thread that waits for the lock to be free, and a collecting holder that releases it. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though the lock is free")
    @State
    public static class WaiterAndRelease {
        final ReplicaLock lock = newLock();
        final Sleeper sleeper = new Sleeper();

        public WaiterAndRelease() {
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void waiter() {
            sleeper.begins();
            lock.awaitFree(lock.newBackoff());
            sleeper.ends();
        }

        @Actor
        public void holder(Z_Result r) {
            lock.release();
            r.r1 = sleeper.isLost(lock);
        }
    }

    /** A thread that waits for the lock to be free, and a holder that retires it. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = FORBIDDEN, desc = "sleeps for ever, though the lock is retired")
    @State
    public static class WaiterAndRetire {
        final ReplicaLock lock = newLock();
        final Sleeper sleeper = new Sleeper();

        public WaiterAndRetire() {
            lock.tryWrite(HOLDER);
        }

        @Actor
        public void waiter() {
            sleeper.begins();
            lock.awaitFree(lock.newBackoff());
            sleeper.ends();
        }

        @Actor
        public void holder(Z_Result r) {
            lock.retire();
            r.r1 = sleeper.isLost(lock);
        }
    }

    /** The words of the parking protocols, for the twins. */
    private static class Words {
        static final VarHandle HELD = handle("held");
        static final VarHandle DONE = handle("done");
        static final VarHandle PARKED = handle("parked");

        boolean held = true;
        boolean done;
        boolean parked;
        final Sleeper sleeper = new Sleeper();
        volatile Thread waiter;

        private static VarHandle handle(String field) {
            return ConstantBootstraps.fieldVarHandle(
                    MethodHandles.lookup(), field, VarHandle.class, Words.class, boolean.class);
        }

        /** Does what {@link Request#park} does. */
        void park() {
            waiter = Thread.currentThread();
            sleeper.begins();
            PARKED.setVolatile(this, true);
            if ((boolean) HELD.getVolatile(this) && !(boolean) DONE.getVolatile(this)) {
                LockSupport.park(this);
            }
            sleeper.ends();
        }

        /** Does what {@link Request#wakeIfParked} does. Returns whether the waiter sleeps forever. */
        boolean wake() {
            if ((boolean) PARKED.getVolatile(this)) {
                LockSupport.unpark(waiter);
            }
            return sleeper.isLost(this);
        }
    }

    /** Weakened: the combiner looks for a parked waiter before it releases the lock. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "sleeps for ever, though answered")
    @State
    public static class RequestAndAnswerWeakened {
        private final Words words = new Words();

        @Actor
        public void waiter() {
            words.park();
        }

        @Actor
        public void combiner(Z_Result r) {
            Words.DONE.setRelease(words, true);
            r.r1 = words.wake();
        }
    }

    /**
     * Weakened: the holder releases the lock by a release store, not a volatile one, before it looks for a parked
     * waiter.
     */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "sleeps for ever, though the lock is free")
    @State
    public static class ReleaseWeakened {
        private final Words words = new Words();

        @Actor
        public void waiter() {
            words.park();
        }

        @Actor
        public void holder(Z_Result r) {
            Words.HELD.setRelease(words, false);
            r.r1 = words.wake();
        }
    }

    /**
     * Dropped: the waiter's second look at the lock, after it has announced that it parks. All accesses are volatile.
     */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "stayed awake or was woken")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "sleeps for ever, though the lock is free")
    @State
    public static class SecondLookWeakened {
        private final Words words = new Words();

        @Actor
        public void waiter() {
            words.waiter = Thread.currentThread();
            words.sleeper.begins();
            if ((boolean) Words.HELD.getVolatile(words)) {
                Words.PARKED.setVolatile(words, true);
                LockSupport.park(words);
            }
            words.sleeper.ends();
        }

        @Actor
        public void holder(Z_Result r) {
            Words.HELD.setVolatile(words, false);
            r.r1 = words.wake();
        }
    }
}
