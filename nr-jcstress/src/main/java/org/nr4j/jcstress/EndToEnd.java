package org.nr4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.ThreadToken;
import org.nr4j.WaitStrategy;
import org.nr4j.jcstress.Journal.Question;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Tests the promises of {@link NodeReplicated} to its callers, with two replicas and the smallest logs, so that all
 * threads reclaim and help.
 */
public final class EndToEnd {
    private EndToEnd() {}

    private static final WaitStrategy SPIN = WaitStrategy.adaptive();
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    private static int read(NodeReplicated<Question, Integer, Integer> journal, int replica, Question question) {
        try (ThreadToken<Question, Integer, Integer> token = journal.register(replica)) {
            return token.execute(question);
        }
    }

    private static int write(NodeReplicated<Question, Integer, Integer> journal, int replica, int op) {
        try (ThreadToken<Question, Integer, Integer> token = journal.register(replica)) {
            return token.executeMut(op);
        }
    }

    /**
     * Reads never go back across replicas: one read sees a running write, and a later read on the other replica must
     * see it, too. The proof of Verus NR found a violation of this in the Rust implementation.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "0, 0, 1", "0, 1, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "from some moment on, everybody sees the write")
    @Outcome(expect = FORBIDDEN, desc = "a read went back")
    @State
    public static class ReadsNeverGoBack {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(2, 1, SPIN);

        @Actor
        public void writer() {
            write(journal, 0, 1);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = read(journal, 0, Question.SIZE);
            r.r2 = read(journal, 1, Question.SIZE);
            r.r3 = read(journal, 0, Question.SIZE);
        }
    }

    /** Weakened: the bound that reads wait for is raised after a batch was applied, as in the Rust implementation. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "0, 0, 1", "0, 1, 1", "1, 1, 1"},
            expect = ACCEPTABLE,
            desc = "from some moment on, everybody sees the write")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "a read went back")
    @State
    public static class ReadsNeverGoBackWeakened {
        private final LateBound counter = new LateBound();

        @Actor
        public void writer() {
            counter.increment(0);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = counter.read(0);
            r.r2 = counter.read(1);
            r.r3 = counter.read(0);
        }
    }

    /** Each thread sees its own write on the other replica, immediately. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "1, 2", "2, 1", "2, 2"},
            expect = ACCEPTABLE,
            desc = "each saw its own write")
    @Outcome(expect = FORBIDDEN, desc = "a write that had returned was not seen")
    @State
    public static class ReadYourWrite {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(2, 1, SPIN);

        @Actor
        public void first(II_Result r) {
            write(journal, 0, 1);
            r.r1 = read(journal, 1, Question.SIZE);
        }

        @Actor
        public void second(II_Result r) {
            write(journal, 1, 2);
            r.r2 = read(journal, 0, Question.SIZE);
        }
    }

    /** Dropped: the rule that a read waits until its replica has caught up with the log. */
    @JCStressTest
    @Outcome(
            id = {"1, 1", "1, 2", "2, 1", "2, 2"},
            expect = ACCEPTABLE,
            desc = "each saw its own write")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "a write that had returned was not seen")
    @State
    public static class ReadYourWriteWeakened {
        private final LateBound counter = new LateBound();

        @Actor
        public void first(II_Result r) {
            counter.increment(0);
            r.r1 = counter.readAtOnce(1);
        }

        @Actor
        public void second(II_Result r) {
            counter.increment(1);
            r.r2 = counter.readAtOnce(0);
        }
    }

    /** Two writers on two replicas: there is one order, the same for the answers and for both replicas. */
    @JCStressTest
    @Outcome(id = "0, 1, 12, 12", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "1, 0, 21, 21", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = FORBIDDEN, desc = "two orders, or a write lost or repeated")
    @State
    public static class WritesInOneOrder {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(2, 1, SPIN);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = write(journal, 0, 1);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = write(journal, 1, 2);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            r.r3 = read(journal, 0, Question.DIGITS);
            r.r4 = read(journal, 1, Question.DIGITS);
        }
    }

    /** The same with both writers on one replica of two, where one thread combines for the other. */
    @JCStressTest
    @Outcome(id = "0, 1, 12, 12", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "1, 0, 21, 21", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = FORBIDDEN, desc = "two orders, or a write lost or repeated")
    @State
    public static class CombinedWritesInOneOrder {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(2, 2, PARK_AT_ONCE);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = write(journal, 0, 1);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = write(journal, 0, 2);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            r.r3 = read(journal, 0, Question.DIGITS);
            r.r4 = read(journal, 1, Question.DIGITS);
        }
    }

    /** Dropped: the rule that a replica applies the log in its order. Here each replica applies its own write first. */
    @JCStressTest
    @Outcome(id = "0, 1, 12, 12", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "1, 0, 21, 21", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "two orders, or a write lost or repeated")
    @State
    public static class WritesInOneOrderWeakened {
        private final Journal[] journals = {new Journal(), new Journal()};

        private int write(int replica, int op) {
            int answer;
            synchronized (journals[replica]) {
                answer = journals[replica].dispatchMut(op);
            }
            synchronized (journals[1 - replica]) {
                journals[1 - replica].dispatchMut(op);
            }
            return answer;
        }

        @Actor
        public void first(IIII_Result r) {
            r.r1 = write(0, 1);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = write(1, 2);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            r.r3 = journals[0].dispatch(Question.DIGITS);
            r.r4 = journals[1].dispatch(Question.DIGITS);
        }
    }

    /**
     * Three writers on two replicas, with two writes each, through a log of one entry. Each replica applies each write
     * once, and each answer is the write's place.
     */
    @JCStressTest
    @Outcome(id = "6, 1, 15", expect = ACCEPTABLE, desc = "six writes, equal replicas, six answers")
    @Outcome(expect = FORBIDDEN, desc = "a write lost, repeated or answered wrongly, or replicas that differ")
    @State
    public static class ThreeWritersSmallestLog {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(2, 1, PARK_AT_ONCE);
        private int firstAnswers;
        private int secondAnswers;
        private int thirdAnswers;

        @Actor
        public void first() {
            firstAnswers = write(journal, 0, 1) + write(journal, 0, 2);
        }

        @Actor
        public void second() {
            secondAnswers = write(journal, 1, 3) + write(journal, 1, 4);
        }

        @Actor
        public void third() {
            thirdAnswers = write(journal, 0, 5) + write(journal, 1, 6);
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = read(journal, 0, Question.SIZE);
            r.r2 = read(journal, 0, Question.DIGITS) == read(journal, 1, Question.DIGITS) ? 1 : 0;
            r.r3 = firstAnswers + secondAnswers + thirdAnswers;
        }
    }

    /** One replica, without a log: two writers, and a reader that sees the writes one after the other. */
    @JCStressTest
    @Outcome(
            id = {"(0, 1|1, 0), (0, 0|0, 1|0, 2|1, 1|1, 2|2, 2)"},
            expect = ACCEPTABLE,
            desc = "one order")
    @Outcome(expect = FORBIDDEN, desc = "a write lost or answered wrongly, or a read that went back")
    @State
    public static class OneReplica {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(1, 1, PARK_AT_ONCE);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = journal.executeMut(1);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = journal.executeMut(2);
        }

        @Actor
        public void reader(IIII_Result r) {
            r.r3 = journal.execute(Question.SIZE);
            r.r4 = journal.execute(Question.SIZE);
        }
    }

    /** A reader sees a batch whole or not at all, and no other write comes in between. */
    @JCStressTest
    @Outcome(
            id = {"1, 312", "3, (123|312)"},
            expect = ACCEPTABLE,
            desc = "the batch as one")
    @Outcome(expect = FORBIDDEN, desc = "half a batch")
    @State
    public static class BatchIsOne {
        final NodeReplicated<Question, Integer, Integer> journal = Journal.replicated(2, 1, SPIN);

        @Actor
        public void writer() {
            journal.executeMutAll(List.of(1, 2));
        }

        @Actor
        public void reader(II_Result r) {
            write(journal, 1, 3);
            r.r1 = read(journal, 0, Question.SIZE);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = read(journal, 1, Question.DIGITS);
        }
    }

    /** A write beside a close is either applied everywhere and answered, or refused and applied nowhere. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "applied by both replicas")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "refused and applied, or answered and not applied everywhere")
    @State
    public static class WriteAndClose {
        private int applied;
        final NodeReplicated<Question, Integer, Integer> journal = NodeReplicated.builder(Closing::new)
                .topology(Journal.TWO_NODES)
                .replicas(2)
                .logCapacity(1)
                .build();

        /** A structure that, when it is closed, adds its number of writes to the outer object's count. */
        private final class Closing implements Dispatch<Question, Integer, Integer>, AutoCloseable {
            private int size;

            @Override
            public Integer dispatch(Question question) {
                return size;
            }

            @Override
            public Integer dispatchMut(Integer op) {
                return size++;
            }

            @Override
            public void close() {
                applied += size;
            }
        }

        @Actor
        public void writer(II_Result r) {
            try {
                write(journal, 0, 1);
                r.r1 = 1;
            } catch (IllegalStateException e) {
                r.r1 = 0;
            }
        }

        @Actor
        public void closer(II_Result r) {
            journal.close();
            r.r2 = applied;
        }
    }
}
