package org.nr4j.internal.combine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.nr4j.internal.lock.ReadersWriterHandshake;
import org.nr4j.internal.lock.ReplicaLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Tests the publication list: each request is taken once or refused, and none stays behind while the lock is free. */
public final class PublicationListHandOff {
    private PublicationListHandOff() {}

    /**
     * Returns how often {@code request} is in the linked requests, or a large number if one of them lacks its
     * operations.
     */
    private static int count(Request requests, Request request) {
        int count = 0;
        for (Request r = requests; r != null; r = r.next) {
            if (r == request) {
                count += isWhole(r) ? 1 : 100;
            }
        }
        return count;
    }

    private static boolean isWhole(Request request) {
        Object[] ops = new Object[1];
        request.putInto(ops, new Request[1], 0);
        return ops[0] != null;
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each taken once")
    @Outcome(expect = FORBIDDEN, desc = "one was lost, or taken twice")
    @State
    public static class PublishersAndTaker {
        final PublicationList list = new PublicationList();
        final Request first = new Request("op");
        final Request second = new Request("op");

        @Actor
        public void first() {
            list.publish(first);
        }

        @Actor
        public void second() {
            list.publish(second);
        }

        @Actor
        public void combiner(II_Result r) {
            for (int i = 0; i < 3; i++) {
                take(r);
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            take(r);
        }

        private void take(II_Result r) {
            Request taken = list.takeAll();
            r.r1 += count(taken, first);
            r.r2 += count(taken, second);
        }
    }

    /**
     * Weakened: the list is read and then emptied, instead of exchanged. One actor publishes both requests, so that two
     * actors are enough.
     */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "each taken once")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "one was lost, or taken twice")
    @State
    public static class PublishersAndTakerWeakened {
        final AtomicReference<Request> newest = new AtomicReference<>();
        final Request first = new Request("op");
        final Request second = new Request("op");

        @Actor
        public void publisher() {
            publish(first);
            publish(second);
        }

        private void publish(Request request) {
            do {
                request.next = newest.get();
            } while (!newest.compareAndSet(request.next, request));
        }

        @Actor
        public void combiner(II_Result r) {
            for (int i = 0; i < 3; i++) {
                take(r);
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            take(r);
        }

        private void take(II_Result r) {
            Request taken = newest.get();
            newest.set(null);
            r.r1 += count(taken, first);
            r.r2 += count(taken, second);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "taken once")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "accepted and not taken once, or refused and taken")
    @State
    public static class PublishAndClose {
        final PublicationList list = new PublicationList();
        final Request request = new Request("op");

        @Actor
        public void publisher(II_Result r) {
            r.r1 = list.publish(request) ? 1 : 0;
        }

        @Actor
        public void closer(II_Result r) {
            do {
                r.r2 += count(list.takeAll(), request);
            } while (!list.tryClose());
        }
    }

    /** Closes the list at once, with the requests in it, as a failed replica does. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "taken once")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "accepted and not taken once, or refused and taken")
    @State
    public static class PublishAndCloseAtOnce {
        final PublicationList list = new PublicationList();
        final Request request = new Request("op");

        @Actor
        public void publisher(II_Result r) {
            r.r1 = list.publish(request) ? 1 : 0;
        }

        @Actor
        public void closer(II_Result r) {
            Request last = null;
            while (!list.tryClose()) {
                last = list.takeAll();
            }
            r.r2 = count(last, request);
        }
    }

    /** Weakened: the list is closed by a store after it was seen empty, instead of by a compare-and-set. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "taken once")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "accepted and not taken once, or refused and taken")
    @State
    public static class PublishAndCloseWeakened {
        static final Request CLOSED = Request.mark();
        final AtomicReference<Request> newest = new AtomicReference<>();
        final Request request = new Request("op");

        @Actor
        public void publisher(II_Result r) {
            r.r1 = newest.compareAndSet(null, request) ? 1 : 0;
        }

        @Actor
        public void closer(II_Result r) {
            do {
                r.r2 += count(newest.getAndSet(null), request);
            } while (newest.get() != null);
            newest.set(CLOSED);
        }
    }

    /**
     * One side publishes, then looks at the lock. The other releases the lock, then looks at the list: see {@code
     * Replica.leave}.
     */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "taken by one of them")
    @Outcome(expect = FORBIDDEN, desc = "left behind beside a free lock, or taken twice")
    @State
    public static class PublishAndLeave {
        private static final long PUBLISHER = 1;
        private static final long HOLDER = 9;
        final ReplicaLock lock = ReadersWriterHandshake.newLock(1);
        final PublicationList list = new PublicationList();
        final Request request = new Request("op");

        public PublishAndLeave() {
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void publisher(II_Result r) {
            list.publish(request);
            if (lock.isFree() && lock.tryUpdate(PUBLISHER)) {
                r.r1 = count(list.takeAll(), request);
                lock.release();
            }
        }

        @Actor
        public void holder(II_Result r) {
            lock.release();
            while (!list.isEmpty() && lock.tryUpdate(HOLDER)) {
                r.r2 += count(list.takeAll(), request);
                lock.release();
            }
        }
    }

    /** Weakened: the lock is released by a release store. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "taken by one of them")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "left behind beside a free lock, or taken twice")
    @State
    public static class PublishAndLeaveWeakened {
        private static final VarHandle HELD = ConstantBootstraps.fieldVarHandle(
                MethodHandles.lookup(), "held", VarHandle.class, PublishAndLeaveWeakened.class, int.class);
        int held = 1;
        final PublicationList list = new PublicationList();
        final Request request = new Request("op");

        @Actor
        public void publisher(II_Result r) {
            list.publish(request);
            r.r1 = takeIfFree();
        }

        @Actor
        public void holder(II_Result r) {
            HELD.setRelease(this, 0);
            if (!list.isEmpty()) {
                r.r2 = takeIfFree();
            }
        }

        private int takeIfFree() {
            return HELD.compareAndSet(this, 0, 1) ? count(list.takeAll(), request) : 0;
        }
    }
}
