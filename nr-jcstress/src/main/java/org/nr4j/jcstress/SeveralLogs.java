package org.nr4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.jcstress.TwoJournals.Part;
import org.nr4j.jcstress.TwoJournals.Write;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Tests the promises of {@link ConcurrentNodeReplicated} to its callers. There are two logs of one or two entries, so
 * that all threads reclaim and help. Some tests use a single replica, which has no log.
 */
public final class SeveralLogs {
    private SeveralLogs() {}

    private static final WaitStrategy SPIN = WaitStrategy.adaptive();
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    /** Returns the digits of A and of B in these two journals, as one number. */
    private static int both(AtomicInteger a, AtomicInteger b) {
        return TwoJournals.both(a.get(), b.get());
    }

    private static int append(AtomicInteger journal, int digit) {
        return journal.getAndUpdate(digits -> 10 * digits + digit);
    }

    // ---- reads of several logs ----

    /**
     * A writer that writes into A and B in turn, each time after the previous write has returned, and a reader that
     * reads both, twice.
     */
    private static final class InTurn {
        /** The states that a read may see, in this order. B is never ahead of A. */
        private static final List<Integer> STATES = List.of(0, 1000, 1001, 12001, 12012);

        private final ConcurrentNodeReplicated<Part, Write, Integer> journals;

        InTurn(int replicas, WaitStrategy waiting) {
            journals = TwoJournals.replicated(replicas, 1, waiting);
        }

        void write() {
            for (int digit = 1; digit <= 2; digit++) {
                TwoJournals.write(journals, 0, Part.A, digit);
                TwoJournals.write(journals, 0, Part.B, digit);
            }
        }

        void read(II_Result r) {
            r.r1 = STATES.indexOf(TwoJournals.read(journals, 1, Part.BOTH));
            r.r2 = STATES.indexOf(TwoJournals.read(journals, 0, Part.BOTH));
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, [0-4]", "1, [1-4]", "2, [2-4]", "3, [34]", "4, 4"},
            expect = ACCEPTABLE,
            desc = "one moment after the other")
    @Outcome(expect = FORBIDDEN, desc = "B without the A before it, or a read that went back")
    @State
    public static class ReadOfBoth {
        private final InTurn inTurn = new InTurn(2, SPIN);

        @Actor
        public void writer() {
            inTurn.write();
        }

        @Actor
        public void reader(II_Result r) {
            inTurn.read(r);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, [0-4]", "1, [1-4]", "2, [2-4]", "3, [34]", "4, 4"},
            expect = ACCEPTABLE,
            desc = "one moment after the other")
    @Outcome(expect = FORBIDDEN, desc = "B without the A before it, or a read that went back")
    @State
    public static class ReadOfBothOneReplica {
        private final InTurn inTurn = new InTurn(1, PARK_AT_ONCE);

        @Actor
        public void writer() {
            inTurn.write();
        }

        @Actor
        public void reader(II_Result r) {
            inTurn.read(r);
        }
    }

    /** Dropped: the rule that all logs stay where they are while the reader looks at them. */
    @JCStressTest
    @Outcome(
            id = {"0", "1000", "1001"},
            expect = ACCEPTABLE,
            desc = "one moment")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "B without the A before it")
    @State
    public static class ReadOfBothWeakened {
        private final AtomicInteger a = new AtomicInteger();
        private final AtomicInteger b = new AtomicInteger();

        @Actor
        public void writer() {
            append(a, 1);
            append(b, 1);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = both(a, b);
        }
    }

    // ---- writes of several logs ----

    /** Two writers into both journals, one of them with a batch. */
    private static final class TwoWriters {
        private final ConcurrentNodeReplicated<Part, Write, Integer> journals;

        TwoWriters(int replicas, int logCapacity, WaitStrategy waiting) {
            journals = TwoJournals.replicated(replicas, logCapacity, waiting);
        }

        int write(int replica) {
            return TwoJournals.write(journals, replica, Part.BOTH, 1);
        }

        int writeBatch(int replica) {
            return TwoJournals.writeBatch(journals, replica, 2);
        }

        void look(IIII_Result r) {
            r.r3 = TwoJournals.read(journals, 0, Part.BOTH);
            r.r4 = TwoJournals.read(journals, 1, Part.BOTH);
        }
    }

    @JCStressTest
    @Outcome(id = "0, 11, 12012, 12012", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "11, 0, 21021, 21021", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = FORBIDDEN, desc = "two orders, or a write lost or repeated")
    @State
    public static class CrossingsInOneOrder {
        private final TwoWriters writers = new TwoWriters(2, 1, SPIN);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = writers.write(0);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = writers.writeBatch(1);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            writers.look(r);
        }
    }

    /** The same, with both writers on one replica of two. */
    @JCStressTest
    @Outcome(id = "0, 11, 12012, 12012", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "11, 0, 21021, 21021", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = FORBIDDEN, desc = "two orders, or a write lost or repeated")
    @State
    public static class CrossingsOfOneReplicaInOneOrder {
        private final TwoWriters writers = new TwoWriters(2, 2, PARK_AT_ONCE);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = writers.write(1);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = writers.writeBatch(1);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            writers.look(r);
        }
    }

    /** The same, with a single replica. */
    @JCStressTest
    @Outcome(id = "0, 11, 12012, 12012", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "11, 0, 21021, 21021", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = FORBIDDEN, desc = "two orders, or a write lost or repeated")
    @State
    public static class CrossingsInOneOrderOneReplica {
        private final TwoWriters writers = new TwoWriters(1, 1, PARK_AT_ONCE);

        @Actor
        public void first(IIII_Result r) {
            r.r1 = writers.write(0);
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = writers.writeBatch(0);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            writers.look(r);
        }
    }

    /** Dropped: the rule that one writer at a time appends to its logs. */
    @JCStressTest
    @Outcome(id = "12012", expect = ACCEPTABLE, desc = "the first before the second")
    @Outcome(id = "21021", expect = ACCEPTABLE, desc = "the second before the first")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "two orders")
    @State
    public static class CrossingsInOneOrderWeakened {
        private final AtomicInteger a = new AtomicInteger();
        private final AtomicInteger b = new AtomicInteger();

        @Actor
        public void first() {
            append(a, 1);
            append(b, 1);
        }

        @Actor
        public void second() {
            append(a, 2);
            append(b, 2);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = both(a, b);
        }
    }

    /**
     * A batch into both journals beside reads of one log, on one replica and then on the other. From some moment on,
     * all readers see the whole batch.
     */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "0, 0, 1001", "0, 1, 1001", "1, 1, 1001"},
            expect = ACCEPTABLE,
            desc = "the batch as one")
    @Outcome(expect = FORBIDDEN, desc = "half a batch, or a read that went back")
    @State
    public static class CrossingAndReadsOfOne {
        private final ConcurrentNodeReplicated<Part, Write, Integer> journals = TwoJournals.replicated(2, 1, SPIN);

        @Actor
        public void writer() {
            TwoJournals.writeBatch(journals, 0, 1);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = TwoJournals.read(journals, 1, Part.A);
            r.r2 = TwoJournals.read(journals, 0, Part.B);
            r.r3 = TwoJournals.read(journals, 1, Part.BOTH);
        }
    }

    /** The same, with a single replica. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "0, 0, 1001", "0, 1, 1001", "1, 1, 1001"},
            expect = ACCEPTABLE,
            desc = "the batch as one")
    @Outcome(expect = FORBIDDEN, desc = "half a batch, or a read that went back")
    @State
    public static class CrossingAndReadsOfOneOneReplica {
        private final ConcurrentNodeReplicated<Part, Write, Integer> journals = TwoJournals.replicated(1, 1, SPIN);

        @Actor
        public void writer() {
            TwoJournals.writeBatch(journals, 0, 1);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = TwoJournals.read(journals, 0, Part.A);
            r.r2 = TwoJournals.read(journals, 0, Part.B);
            r.r3 = TwoJournals.read(journals, 0, Part.BOTH);
        }
    }

    /** Dropped: the rule that a log does not go past the write before the other logs have reached it. */
    @JCStressTest
    @Outcome(
            id = {"0, 0, 0", "0, 0, 1001", "0, 1, 1001", "1, 1, 1001"},
            expect = ACCEPTABLE,
            desc = "the batch as one")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "half a batch")
    @State
    public static class CrossingAndReadsOfOneWeakened {
        private final AtomicInteger a = new AtomicInteger();
        private final AtomicInteger b = new AtomicInteger();

        @Actor
        public void writer() {
            append(a, 1);
            append(b, 1);
        }

        @Actor
        public void reader(III_Result r) {
            r.r1 = a.get();
            r.r2 = b.get();
            r.r3 = both(a, b);
        }
    }

    /**
     * A write into both (1) beside a write into A (2) and then one into B (3). A write that returned before another
     * began comes before it on both replicas.
     */
    @JCStressTest
    @Outcome(
            id = {"12013, 12013", "21013, 21013", "21031, 21031"},
            expect = ACCEPTABLE,
            desc = "before, between or after the two")
    @Outcome(expect = FORBIDDEN, desc = "two orders, or a write lost or repeated")
    @State
    public static class CrossingAndWritesOfOne {
        private final ConcurrentNodeReplicated<Part, Write, Integer> journals = TwoJournals.replicated(2, 2, SPIN);

        @Actor
        public void crosser() {
            TwoJournals.write(journals, 0, Part.BOTH, 1);
        }

        @Actor
        public void writer() {
            TwoJournals.write(journals, 1, Part.A, 2);
            TwoJournals.write(journals, 1, Part.B, 3);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = TwoJournals.read(journals, 0, Part.BOTH);
            r.r2 = TwoJournals.read(journals, 1, Part.BOTH);
        }
    }

    /** Dropped: the rule that entries behind the write in one of its logs wait until the write is in all of them. */
    @JCStressTest
    @Outcome(
            id = {"12013", "21013", "21031"},
            expect = ACCEPTABLE,
            desc = "before, between or after the two")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "before the first and after the second")
    @State
    public static class CrossingAndWritesOfOneWeakened {
        private final AtomicInteger a = new AtomicInteger();
        private final AtomicInteger b = new AtomicInteger();

        @Actor
        public void crosser() {
            append(a, 1);
            append(b, 1);
        }

        @Actor
        public void writer() {
            append(a, 2);
            append(b, 3);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = both(a, b);
        }
    }

    /**
     * Three writers on two replicas through logs of one entry. Each replica applies each write once, and both logs have
     * the common writes in one order.
     */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "five writes of A, four of B, one order, equal replicas")
    @Outcome(expect = FORBIDDEN, desc = "a write lost or repeated, two orders, or replicas that differ")
    @State
    public static class ThreeWritersSmallestLogs {
        private final ConcurrentNodeReplicated<Part, Write, Integer> journals =
                TwoJournals.replicated(2, 1, PARK_AT_ONCE);

        @Actor
        public void first() {
            TwoJournals.write(journals, 0, Part.BOTH, 1);
            TwoJournals.write(journals, 0, Part.A, 7);
        }

        @Actor
        public void second() {
            TwoJournals.write(journals, 1, Part.B, 8);
            TwoJournals.write(journals, 1, Part.BOTH, 2);
        }

        @Actor
        public void third() {
            TwoJournals.write(journals, 0, Part.A, 9);
            TwoJournals.writeBatch(journals, 1, 3);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            String a = digits(0, Part.A);
            String b = digits(0, Part.B);
            boolean once = sorted(a).equals("12379") && sorted(b).equals("1238");
            boolean oneOrder = a.replaceAll("[79]", "").equals(b.replace("8", ""));
            r.r1 = once && oneOrder ? 1 : 0;
            r.r2 = a.equals(digits(1, Part.A)) && b.equals(digits(1, Part.B)) ? 1 : 0;
        }

        private String digits(int replica, Part part) {
            return Integer.toString(TwoJournals.read(journals, replica, part));
        }

        private static String sorted(String digits) {
            return digits.chars()
                    .sorted()
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }
    }
}
