package org.nr4j.internal.follow;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.FollowerOptions;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.log.WriteRun;
import org.nr4j.internal.replica.Groups;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** An error has kept the task of a follower from its executor. Of those who wake it next, one submits the task. */
public final class Resubmitting {
    private Resubmitting() {}

    /** Two threads wake the follower. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "submitted once")
    @Outcome(expect = FORBIDDEN, desc = "twice, or not at all")
    @State
    public static class TwoWakers {
        private final AtomicInteger submitted = new AtomicInteger();
        private final LogFollower<WriteRun<Object>> follower;

        /** A follower whose first waker met an error. */
        public TwoWakers() {
            LogCursor<Object> reader = new LogCursor<>(new OperationLog(1), /* position= */ 0, /* start= */ 0);
            boolean[] fails = {false};
            Runnable[] tasks = {null};
            follower = new LogFollower<>(
                    FollowerOptions.defaults(),
                    List.of(reader),
                    reader,
                    task -> {
                        if (fails[0]) {
                            fails[0] = false;
                            throw new OutOfMemoryError("of this test");
                        }
                        tasks[0] = task;
                        submitted.incrementAndGet();
                    },
                    end -> {});
            follower.start(run -> {});
            Groups.runWithoutNaps(tasks[0]); // now it is idle
            fails[0] = true;
            follower.wake();
            submitted.set(0);
        }

        @Actor
        public void first() {
            follower.wake();
        }

        @Actor
        public void second() {
            follower.wake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = submitted.get();
        }
    }

    /** Weakened: the flag is read and then cleared, not exchanged. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "submitted once")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "twice")
    @State
    public static class TwoWakersWeakened {
        private final AtomicInteger submitted = new AtomicInteger();
        private volatile boolean unsubmitted = true;

        private void wake() {
            if (unsubmitted) {
                unsubmitted = false;
                submitted.incrementAndGet();
            }
        }

        @Actor
        public void first() {
            wake();
        }

        @Actor
        public void second() {
            wake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = submitted.get();
        }
    }
}
