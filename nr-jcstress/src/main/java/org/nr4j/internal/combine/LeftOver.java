package org.nr4j.internal.combine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A thread publishes a write, meets an error while it waits, and goes on. The write may take effect yet, and must do so
 * before the thread's next write. So either a combiner has the write in hand, or the thread finds {@code leftOver} set.
 */
public final class LeftOver {
    private LeftOver() {}

    /** The combiner clears the flag, then takes what was published. */
    @JCStressTest
    @Outcome(
            id = {"1, [01]", "0, 1"},
            expect = ACCEPTABLE,
            desc = "taken, or the flag says that something is left")
    @Outcome(expect = FORBIDDEN, desc = "left behind, and no flag says so")
    @State
    public static class PublishAndTake {
        private final PublicationList publications = new PublicationList();
        private final CombinerState state = new CombinerState();
        private final PendingWrites pending = new PendingWrites(publications, state);

        public PublishAndTake() {
            publications.leftOver = true; // of an earlier error
        }

        @Actor
        public void writer() {
            publications.publish(new Request("a write"));
            publications.leftOver = true;
        }

        @Actor
        public void combiner() {
            pending.take(/* own= */ null);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = state.inHand != null ? 1 : 0;
            r.r2 = publications.leftOver ? 1 : 0;
        }
    }

    /** Weakened: the combiner clears the flag last. */
    @JCStressTest
    @Outcome(
            id = {"1, [01]", "0, 1"},
            expect = ACCEPTABLE,
            desc = "taken, or the flag says that something is left")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "left behind, and no flag says so")
    @State
    public static class PublishAndTakeWeakened {
        private final PublicationList publications = new PublicationList();

        public PublishAndTakeWeakened() {
            publications.leftOver = true;
        }

        @Actor
        public void writer() {
            publications.publish(new Request("a write"));
            publications.leftOver = true;
        }

        @Actor
        public void combiner(II_Result r) {
            r.r1 = publications.takeAll() != null ? 1 : 0;
            publications.leftOver = false;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = publications.leftOver ? 1 : 0;
        }
    }
}
