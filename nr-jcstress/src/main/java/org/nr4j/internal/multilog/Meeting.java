package org.nr4j.internal.multilog;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.nr4j.Dispatch;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Tests multi-log operations. The logs of a replica meet at such an operation. The last log to arrive applies it after
 * everything that the other logs did before. Once the operation is done, its answer is there.
 */
public final class Meeting {
    private Meeting() {}

    private static final int REPLICA = 0;
    private static final int OTHER_REPLICA = 1;
    private static final int NOT_YET = -1;

    /** Two logs with a number each, in plain fields. The numbers show what the logs did before they met. */
    private static final class Numbers implements Dispatch<Object, Object, Integer> {
        int first;
        int second;

        @Override
        public Integer dispatch(Object op) {
            return 10 * first + second;
        }

        /** Adds one to both numbers and answers them as two digits. */
        @Override
        public Integer dispatchMut(Object op) {
            first++;
            second++;
            return 10 * first + second;
        }
    }

    private static MultiLogOperation ofTwoLogs(int origin) {
        MultiLogOperation crossing =
                new MultiLogOperation(new Object[] {"a write"}, /* readOnly= */ false, /* logs= */ new int[] {0, 1});
        crossing.begin(origin, /* replicas= */ 2);
        return crossing;
    }

    // ---- arriving ----

    @JCStressTest
    @Outcome(
            id = {"1, 0, 22", "0, 1, 22"},
            expect = ACCEPTABLE,
            desc = "the last one applied it, after all that the other did")
    @Outcome(expect = FORBIDDEN, desc = "applied by both or none, or before something that the other did")
    @State
    public static class TwoLogs {
        private final MultiLogOperation crossing = ofTwoLogs(/* origin= */ REPLICA);
        private final Numbers numbers = new Numbers();

        private int arrive() {
            if (!crossing.arrive(REPLICA)) {
                return 0;
            }
            crossing.applyTo(numbers::dispatchMut, REPLICA);
            return 1;
        }

        @Actor
        public void first(III_Result r) {
            numbers.first = 1;
            r.r1 = arrive();
        }

        @Actor
        public void second(III_Result r) {
            numbers.second = 1;
            r.r2 = arrive();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = crossing.isDone(REPLICA) ? (int) crossing.answers().value(0) : NOT_YET;
        }
    }

    /** Weakened: the count of missing logs is plain. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 22", "0, 1, 22"},
            expect = ACCEPTABLE,
            desc = "the last one applied it, after all that the other did")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "applied by both or none, or before something that the other did")
    @State
    public static class TwoLogsWeakened {
        private final Numbers numbers = new Numbers();
        private int missing = 2;
        private int answer = NOT_YET;

        private int arrive() {
            if (--missing > 0) {
                return 0;
            }
            answer = numbers.dispatchMut("a write");
            return 1;
        }

        @Actor
        public void first(III_Result r) {
            numbers.first = 1;
            r.r1 = arrive();
        }

        @Actor
        public void second(III_Result r) {
            numbers.second = 1;
            r.r2 = arrive();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = answer;
        }
    }

    // ---- being done ----

    /** The last log arrives and applies the operation, while another log, or the submitter, waits. */
    private static final class Applying {
        final MultiLogOperation crossing;
        final Numbers numbers = new Numbers();

        Applying(int origin) {
            crossing = ofTwoLogs(origin);
            crossing.arrive(REPLICA);
        }

        void arrive() {
            numbers.second = 1;
            if (crossing.arrive(REPLICA)) {
                crossing.applyTo(numbers::dispatchMut, REPLICA);
            }
        }
    }

    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not done yet")
    @Outcome(id = "12", expect = ACCEPTABLE, desc = "done, with its answer")
    @Outcome(expect = FORBIDDEN, desc = "done without its answer")
    @State
    public static class ApplyAndAnswer {
        private final Applying applying = new Applying(/* origin= */ REPLICA);

        @Actor
        public void last() {
            applying.arrive();
        }

        @Actor
        public void submitter(I_Result r) {
            MultiLogOperation crossing = applying.crossing;
            r.r1 = crossing.isDone(REPLICA) ? (int) crossing.answers().value(0) : NOT_YET;
        }
    }

    /** The same on a replica that is not the origin, so it does not answer. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not done yet")
    @Outcome(id = "12", expect = ACCEPTABLE, desc = "done: the numbers as the write left them")
    @Outcome(expect = FORBIDDEN, desc = "passed before it was applied")
    @State
    public static class ApplyAndPass {
        private final Applying applying = new Applying(/* origin= */ OTHER_REPLICA);

        @Actor
        public void last() {
            applying.arrive();
        }

        @Actor
        public void waiter(I_Result r) {
            r.r1 = applying.crossing.isDone(REPLICA) ? applying.numbers.dispatch("a read") : NOT_YET;
        }
    }

    /** Weakened: a plain flag instead of the state. Also the twin of {@link ApplyAndAnswer}. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not done yet")
    @Outcome(id = "12", expect = ACCEPTABLE, desc = "done: the numbers as the write left them")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "passed before it was applied")
    @State
    public static class ApplyAndPassWeakened {
        private final Numbers numbers = new Numbers();
        private boolean done;

        @Actor
        public void last() {
            numbers.second = 1;
            numbers.dispatchMut("a write");
            done = true;
        }

        @Actor
        public void waiter(I_Result r) {
            r.r1 = done ? numbers.dispatch("a read") : NOT_YET;
        }
    }

    // ---- being published ----

    @JCStressTest
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
    @Outcome(id = "5, 7", expect = ACCEPTABLE, desc = "published, with its places")
    @Outcome(expect = FORBIDDEN, desc = "published, and not in all places")
    @State
    public static class PublishAndHelp {
        private final MultiLogOperation crossing = ofTwoLogs(/* origin= */ REPLICA);

        @Actor
        public void publisher() {
            crossing.setPosition(0, 5);
            crossing.setPosition(1, 7);
            crossing.setPublished();
        }

        @Actor
        public void helper(II_Result r) {
            if (crossing.isPublished()) {
                r.r1 = (int) crossing.position(0);
                r.r2 = (int) crossing.position(1);
            } else {
                r.r1 = r.r2 = NOT_YET;
            }
        }
    }

    /** Weakened: a plain flag instead of a volatile one. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not published yet")
    @Outcome(id = "5, 7", expect = ACCEPTABLE, desc = "published, with its places")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "published, and not in all places")
    @State
    public static class PublishAndHelpWeakened {
        private final long[] positions = new long[2];
        private boolean published;

        @Actor
        public void publisher() {
            positions[0] = 5;
            positions[1] = 7;
            published = true;
        }

        @Actor
        public void helper(II_Result r) {
            if (published) {
                r.r1 = (int) positions[0];
                r.r2 = (int) positions[1];
            } else {
                r.r1 = r.r2 = NOT_YET;
            }
        }
    }
}
