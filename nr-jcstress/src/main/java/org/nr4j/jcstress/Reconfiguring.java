package org.nr4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.ThreadToken;
import org.nr4j.WaitStrategy;
import org.nr4j.jcstress.Journal.Question;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;

/**
 * Tests the promises of {@link NodeReplicated} while replicas are added and removed. Threads that still hold a replaced
 * replica, and followers of the writes, must not notice.
 */
public final class Reconfiguring {
    private Reconfiguring() {}

    /** How often to check whether the other actor is done. */
    private static final int PATIENCE = 20_000;

    private static NodeReplicated<Question, Integer, Integer> journals(int replicas, int logCapacity) {
        return NodeReplicated.builder(Journal::new)
                .topology(Journal.TWO_NODES)
                .replicas(replicas)
                .logCapacity(logCapacity)
                .waitStrategy(WaitStrategy.of(0, 0))
                .copier(Journal::copy)
                .build();
    }

    /** A write after a change, beside a reader that holds the replica from before the change. */
    private static final class ChangeAndWrite {
        final NodeReplicated<Question, Integer, Integer> nr;
        private volatile boolean written;

        ChangeAndWrite(int replicas) {
            nr = journals(replicas, 1);
        }

        void write() {
            nr.executeMut(1);
            written = true;
        }

        void read(ZI_Result r) {
            try (ThreadToken<Question, Integer, Integer> token = nr.register(0)) {
                for (int i = 0; i < PATIENCE && !written; i++) {
                    Thread.onSpinWait();
                }
                r.r1 = written;
                r.r2 = token.execute(Question.SIZE);
            }
        }
    }

    /** From a single replica, which works without the log, to two replicas. */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, [01]"},
            expect = ACCEPTABLE,
            desc = "saw the write if it had returned")
    @Outcome(expect = FORBIDDEN, desc = "a write that had returned was not seen")
    @State
    public static class AddAndRead {
        private final ChangeAndWrite both = new ChangeAndWrite(1);

        @Actor
        public void writer() {
            both.nr.addReplica(1);
            both.write();
        }

        @Actor
        public void reader(ZI_Result r) {
            both.read(r);
        }
    }

    /** From two replicas to one, which then works without the log. The reader holds the replica as it was before. */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, [01]"},
            expect = ACCEPTABLE,
            desc = "saw the write if it had returned")
    @Outcome(expect = FORBIDDEN, desc = "a write that had returned was not seen")
    @State
    public static class RemoveAndRead {
        private final ChangeAndWrite both = new ChangeAndWrite(2);

        @Actor
        public void writer() {
            both.nr.removeReplica(1);
            both.write();
        }

        @Actor
        public void reader(ZI_Result r) {
            both.read(r);
        }
    }

    /** Dropped: the rule that a replica is retired before another takes its place. */
    @JCStressTest
    @Outcome(
            id = {"true, 1", "false, [01]"},
            expect = ACCEPTABLE,
            desc = "saw the write if it had returned")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "a write that had returned was not seen")
    @State
    public static class AddAndReadWeakened {
        private static final class Holder {
            volatile int size;
        }

        private volatile Holder current = new Holder();
        private volatile boolean written;

        @Actor
        public void writer() {
            Holder next = new Holder();
            next.size = current.size;
            current = next;
            next.size++;
            written = true;
        }

        @Actor
        public void reader(ZI_Result r) {
            Holder held = current;
            for (int i = 0; i < PATIENCE && !written; i++) {
                Thread.onSpinWait();
            }
            r.r1 = written;
            r.r2 = held.size;
        }
    }

    /**
     * A follower receives each write once and in order while the writers' replicas change between one and two. Its
     * tasks run on the thread that changes the replicas, and again at the end.
     */
    @JCStressTest
    @Outcome(id = "123, 123", expect = ACCEPTABLE, desc = "all, once, in order")
    @Outcome(expect = FORBIDDEN, desc = "a write missing, repeated or out of order")
    @State
    public static class FollowerAndChanges {
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final NodeReplicated<Question, Integer, Integer> nr = journals(1, 4);

        /** Plain, since only one task runs at a time. */
        private int received;

        private long next;

        public FollowerAndChanges() {
            nr.follow(
                    (index, writes) -> {
                        for (int write : writes) {
                            received = received * 10 + write;
                        }
                        if (index != next) {
                            received = -1;
                        }
                        next = index + writes.size();
                    },
                    FollowerOptions.defaults().executor(tasks::add));
        }

        /** Runs the tasks. An interrupt cuts the naps short that a task takes before it ends. */
        private void runTasks() {
            Thread.currentThread().interrupt();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            Thread.interrupted();
        }

        @Actor
        public void writer() {
            nr.executeMut(1);
            nr.executeMut(2);
            nr.executeMut(3);
        }

        @Actor
        public void changer() {
            int added = nr.addReplica(1);
            runTasks();
            nr.removeReplica(added);
            runTasks();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            runTasks();
            r.r1 = received;
            r.r2 = nr.execute(Question.DIGITS);
        }
    }

    /** Dropped: the rule that the writer is kept out while the follower moves from the old journal to the new one. */
    @JCStressTest
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "all, once")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "a write missing or repeated")
    @State
    public static class FollowerAndChangesWeakened {
        private final Queue<Integer> first = new ConcurrentLinkedQueue<>();
        private final Queue<Integer> second = new ConcurrentLinkedQueue<>();
        private volatile Queue<Integer> current = first;
        private int received;

        @Actor
        public void writer() {
            current.add(1);
            current.add(2);
        }

        @Actor
        public void changer() {
            while (first.poll() != null) {
                received++;
            }
            current = second;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            received += second.size();
            // No thread changes it now. The follower never reads the writes that are left in the first queue.
            r.r1 = received;
            r.r2 = received + first.size();
        }
    }
}
