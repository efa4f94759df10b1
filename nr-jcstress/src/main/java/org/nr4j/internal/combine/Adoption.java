package org.nr4j.internal.combine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.nr4j.Dispatch;
import org.nr4j.internal.log.Entries;
import org.nr4j.internal.replica.Groups;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Tests entries that a replica left unanswered when it was quarantined. Each operation is answered once, by the replica
 * that adopts the entry first.
 */
public final class Adoption {
    private Adoption() {}

    private static final int NOT_ANSWERED = -1;

    /** Answers a write with its value. */
    private static final class Echo implements Dispatch<Object, Object, Object> {
        @Override
        public Object dispatch(Object op) {
            return op;
        }

        @Override
        public Object dispatchMut(Object op) {
            return ((Entries.Op) op).value;
        }
    }

    /** Two operations of one request. */
    private static final class Orphan {
        final Object[] ops = {Groups.op(1), Groups.op(2)};
        final BatchRequest request = new BatchRequest(ops);
        final Batch entry = new Batch(/* origin= */ "", ops, new Request[] {request, request});

        /** Applies the entry like a replica that is not its origin. Returns true if it answered the requests. */
        boolean apply() {
            Request[] adopted = entry.isOrphan() ? entry.takeRequests() : Batch.NO_REQUESTS;
            new BatchCursor<Object, Object>().apply(new Echo(), ops, adopted, /* atOnce= */ true);
            return adopted.length > 0;
        }

        /** Returns the answers as the digits of a number. */
        int answers() {
            Responses answers = request.answers();
            return request.isDone() ? (int) answers.value(0) * 10 + (int) answers.value(1) : NOT_ANSWERED;
        }
    }

    /** Two replicas that reach the entry at the same time. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 12", "0, 1, 12"},
            expect = ACCEPTABLE,
            desc = "one of the two answered")
    @Outcome(expect = FORBIDDEN, desc = "both answered, or none")
    @State
    public static class TwoAdopters {
        private final Orphan orphan = new Orphan();

        public TwoAdopters() {
            orphan.entry.orphan();
        }

        @Actor
        public void first(III_Result r) {
            r.r1 = orphan.apply() ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = orphan.apply() ? 1 : 0;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = orphan.answers();
        }
    }

    /** Weakened: the requests are read and then removed, instead of exchanged. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of the two answered")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both answered")
    @State
    public static class TwoAdoptersWeakened {
        private volatile Request[] requests = {Request.mark()};

        private int take() {
            Request[] taken = requests;
            requests = Batch.NO_REQUESTS;
            return taken.length;
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = take();
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = take();
        }
    }

    /**
     * The origin has answered the first operation when it is quarantined. The adopter sees this, or it sees that the
     * entry is not an orphan.
     */
    @JCStressTest
    @Outcome(id = "0, -1", expect = ACCEPTABLE, desc = "not an orphan yet")
    @Outcome(id = "1, 12", expect = ACCEPTABLE, desc = "the rest was answered by the adopter")
    @Outcome(expect = FORBIDDEN, desc = "an operation answered twice, or not at all")
    @State
    public static class OriginAndAdopter {
        private final Orphan orphan = new Orphan();

        @Actor
        public void origin() {
            orphan.request.answer(1, null);
            orphan.entry.requests[0] = null;
            orphan.entry.orphan();
        }

        @Actor
        public void adopter(II_Result r) {
            r.r1 = orphan.apply() ? 1 : 0;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = orphan.answers();
        }
    }

    /** Dropped: the rule that answered operations are removed from the entry before others may adopt it. */
    @JCStressTest
    @Outcome(id = "0, -1", expect = ACCEPTABLE, desc = "not an orphan yet")
    @Outcome(id = "1, 12", expect = ACCEPTABLE, desc = "the rest was answered by the adopter")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "an operation answered twice, or not at all")
    @State
    public static class OriginAndAdopterWeakened {
        private final Orphan orphan = new Orphan();

        @Actor
        public void origin() {
            Request[] requests = orphan.entry.requests;
            orphan.request.answer(1, null);
            orphan.entry.orphan();
            for (int i = 0; i < 10; i++) {
                Thread.onSpinWait(); // long enough for the adopter to come in between
            }
            requests[0] = null;
        }

        @Actor
        public void adopter(II_Result r) {
            if (!orphan.entry.isOrphan()) {
                return;
            }
            r.r1 = 1;
            Request[] adopted = orphan.entry.takeRequests();
            for (int i = 0; i < adopted.length; i++) {
                if (adopted[i] != null && !orphan.request.isDone() && orphan.request.answer(i + 1, null)) {
                    orphan.request.complete();
                }
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = orphan.answers();
        }
    }
}
