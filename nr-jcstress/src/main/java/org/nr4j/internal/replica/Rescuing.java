package org.nr4j.internal.replica;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One thread rescues what a quarantined replica left, however many find it. */
public final class Rescuing {
    private Rescuing() {}

    /** Two threads find it. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one rescues")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class TwoRescuers {
        private final Replica<Object, Object, Integer> replica =
                Groups.of(1, 1).all().get(0);

        @Actor
        public void first(II_Result r) {
            r.r1 = replica.beginRescue() ? 1 : 0;
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = replica.beginRescue() ? 1 : 0;
        }
    }

    /** Weakened: the flag is read and then set, not exchanged. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one rescues")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both")
    @State
    public static class TwoRescuersWeakened {
        private volatile boolean rescued;

        private int beginRescue() {
            if (rescued) {
                return 0;
            }
            rescued = true;
            return 1;
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = beginRescue();
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = beginRescue();
        }
    }
}
