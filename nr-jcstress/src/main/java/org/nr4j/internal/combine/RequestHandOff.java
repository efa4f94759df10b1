package org.nr4j.internal.combine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Tests the hand-off from the combiner to the waiter. A waiter that sees its request done sees all answers, values and
 * failures.
 */
public final class RequestHandOff {
    private RequestHandOff() {}

    private static final int NOT_DONE = -1;
    private static final int MISSING = -2;

    /** An answer with a plain field. */
    private static final class Value {
        int number;

        static Value of(int number) {
            Value value = new Value();
            value.number = number;
            return value;
        }
    }

    /** A failure with a plain field. It has no stack trace, which would only take time. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
        int number;

        Failure(int number) {
            super(null, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
            this.number = number;
        }
    }

    private static void look(Responses answers, II_Result r) {
        Value value = (Value) answers.value(0);
        Failure failure = (Failure) answers.failure(1);
        r.r1 = value == null ? MISSING : value.number;
        r.r2 = failure == null ? MISSING : failure.number;
    }

    @JCStressTest
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not done yet")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "done, with both answers")
    @Outcome(expect = FORBIDDEN, desc = "done without its answers")
    @State
    public static class AnswerAndWaiter {
        final BatchRequest request = new BatchRequest(new Object[2]);

        @Actor
        public void combiner() {
            request.answer(Value.of(7), null);
            request.answer(null, new Failure(8));
        }

        @Actor
        public void waiter(II_Result r) {
            if (request.isDone()) {
                look(request.answers(), r);
            } else {
                r.r1 = r.r2 = NOT_DONE;
            }
        }
    }

    /** Weakened: a plain state, which becomes "done" before the last answer is there. */
    @JCStressTest
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "not done yet")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "done, with both answers")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "done without its answers")
    @State
    public static class AnswerAndWaiterWeakened {
        final Responses answers = new Responses(2);
        boolean done;

        @Actor
        public void combiner() {
            answers.add(Value.of(7), null);
            done = true;
            answers.add(null, new Failure(8));
        }

        @Actor
        public void waiter(II_Result r) {
            if (done) {
                look(answers, r);
            } else {
                r.r1 = r.r2 = NOT_DONE;
            }
        }
    }
}
