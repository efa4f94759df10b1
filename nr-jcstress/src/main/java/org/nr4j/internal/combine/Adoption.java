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
 * Entries that a replica left unanswered when it went out of order: each operation is answered once, by whoever comes
 * first.
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

        /** Applies the entry as a replica does that is not its origin; true if it was the one to answer. */
        boolean apply() {
            Request[] adopted = entry.isOrphan() ? entry.takeRequests() : Batch.NO_REQUESTS;
            new BatchCursor<Object, Object>().apply(new Echo(), ops, adopted, /* atOnce= */ true);
            return adopted.length > 0;
        }

        /** The answers as the digits of a number. */
        int answers() {
            Responses answers = request.answers();
            return request.isDone() ? (int) answers.value(0) * 10 + (int) answers.value(1) : NOT_ANSWERED;
        }
    }

    /** Two replicas that come to the entry at once. */
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

    /** Weakened: the requests are read and then taken away, not exchanged. */
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
     * The origin has answered the first operation when it goes out of order. The adopter sees that, or that the entry
     * is none of its business.
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

    /** Dropped: what was answered is crossed out before the entry is left to the others. */
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
                Thread.onSpinWait(); // or the adopter is too seldom in between
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
