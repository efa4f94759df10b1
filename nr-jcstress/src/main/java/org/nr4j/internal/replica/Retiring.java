package org.nr4j.internal.replica;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Tests a write while its replica ends its service. The write is applied and answered, or it is redirected and not
 * applied. If it is neither, it never returns: the run hangs, and {@code run.sh} reports it.
 */
public final class Retiring {
    private Retiring() {}

    private static final long WRITER = 1;
    private static final long RETIRER = 2;
    private static final int MOVED = -1;

    private static int write(Replica<Object, Object, Integer> replica) {
        Object answer = replica.executeMut("a write", WRITER);
        return Replica.isRedirected(answer) ? MOVED : (int) answer;
    }

    private static void retire(Replica<Object, Object, Integer> replica) {
        replica.holder().workAsHolder(() -> replica.holder().retire(RETIRER), RETIRER);
    }

    /** One of two replicas, which work with the log. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "applied and answered")
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "given back")
    @Outcome(expect = FORBIDDEN, desc = "given back and applied, or answered and not applied")
    @State
    public static class WriteAndRetire {
        private final Replica<Object, Object, Integer> replica =
                Groups.of(2, 1).all().get(0);

        @Actor
        public void writer(II_Result r) {
            r.r1 = write(replica);
        }

        @Actor
        public void retirer() {
            retire(replica);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = Groups.countOf(replica);
        }
    }

    /** A single replica, which works without the log. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "applied and answered")
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "given back")
    @Outcome(expect = FORBIDDEN, desc = "given back and applied, or answered and not applied")
    @State
    public static class WriteAndRetireSingle {
        private final Replica<Object, Object, Integer> replica =
                Groups.of(1, 1).all().get(0);

        @Actor
        public void writer(II_Result r) {
            r.r1 = write(replica);
        }

        @Actor
        public void retirer() {
            retire(replica);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = Groups.countOf(replica);
        }
    }

    /**
     * Dropped: the rule that closing the list and taking what was published are one step. All accesses are volatile.
     */
    @JCStressTest
    @Outcome(
            id = {"-1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "answered or given back")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "neither: published and never looked at")
    @State
    public static class WriteAndRetireWeakened {
        private static final int NOTHING = 0;
        private static final int PUBLISHED = 1;
        private static final int GIVEN_BACK = 2;

        private final AtomicInteger list = new AtomicInteger(NOTHING);
        private volatile boolean closed;
        private boolean refused;

        @Actor
        public void writer() {
            if (closed) {
                refused = true;
            } else {
                list.set(PUBLISHED);
            }
        }

        @Actor
        public void retirer() {
            list.compareAndSet(PUBLISHED, GIVEN_BACK);
            closed = true;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = refused || list.get() == GIVEN_BACK ? MOVED : 0;
        }
    }
}
