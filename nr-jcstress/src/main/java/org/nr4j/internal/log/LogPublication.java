package org.nr4j.internal.log;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.Request;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Tests publication in the operation log. A thread that sees the tail past an index sees the whole entry. No two
 * entries get the same index.
 */
public final class LogPublication {
    private LogPublication() {}

    @JCStressTest
    @Outcome(id = "-1, -1, -1", expect = ACCEPTABLE, desc = "not published yet")
    @Outcome(id = "1, 42, 1", expect = ACCEPTABLE, desc = "the whole entry")
    @Outcome(expect = FORBIDDEN, desc = "an entry in parts")
    @State
    public static class ReaderSeesWholeEntry {
        final OperationLog log = Entries.logAfterOneLap(1);

        @Actor
        public void appender() {
            log.tryAppend(Entries.of(42));
        }

        @Actor
        public void reader(III_Result r) {
            if (log.tail() == 1) {
                r.r1 = r.r2 = r.r3 = -1;
            } else {
                LogEntry entry = log.entry(1);
                r.r1 = (int) entry.index;
                r.r2 = Entries.valueOf(entry);
                r.r3 = ((Batch) entry).requests[0].size();
            }
        }
    }

    /** Dropped: the rule that the entry's operations are written before it is published. */
    @JCStressTest
    @Outcome(id = "-1, -1, -1", expect = ACCEPTABLE, desc = "not published yet")
    @Outcome(id = "1, 42, 1", expect = ACCEPTABLE, desc = "the whole entry")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "an entry in parts")
    @State
    public static class ReaderSeesWholeEntryWeakened {
        final AtomicLong tail = new AtomicLong(1);
        final AtomicReferenceArray<LogEntry> slots = new AtomicReferenceArray<>(1);

        @Actor
        public void appender() {
            Batch entry = new Batch(/* origin= */ "", new Object[0], new Request[0]);
            entry.index = tail.get();
            if (slots.compareAndSet(0, null, entry)) {
                tail.compareAndSet(1, 2);
            }
            LogEntry complete = Entries.of(42);
            entry.ops = complete.ops;
            entry.requests = ((Batch) complete).requests;
        }

        @Actor
        public void reader(III_Result r) {
            if (tail.get() == 1) {
                r.r1 = r.r2 = r.r3 = -1;
            } else {
                LogEntry entry = slots.getAcquire(0);
                r.r1 = (int) entry.index;
                r.r2 = Entries.valueOf(entry);
                Request[] requests = ((Batch) entry).requests;
                r.r3 = requests.length == 0 || requests[0] == null ? 0 : requests[0].size();
            }
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 3, 4", "3, 2, 4"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "an entry was lost, or shares its index")
    @State
    public static class TwoAppenders {
        final OperationLog log = Entries.logAfterOneLap(2);
        final LogEntry first = Entries.of(1);
        final LogEntry second = Entries.of(2);

        @Actor
        public void first() {
            log.tryAppend(first);
        }

        @Actor
        public void second() {
            log.tryAppend(second);
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = log.contains(first) ? (int) first.index : -1;
            r.r2 = log.contains(second) ? (int) second.index : -1;
            r.r3 = (int) log.tail();
        }
    }

    /** Weakened: the slot is read and then set, instead of compared and set. */
    @JCStressTest
    @Outcome(
            id = {"2, 3, 4", "3, 2, 4"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "an entry was lost, or shares its index")
    @State
    public static class TwoAppendersWeakened {
        final AtomicLong tail = new AtomicLong(2);
        final AtomicReferenceArray<LogEntry> slots = new AtomicReferenceArray<>(2);
        final LogEntry first = Entries.of(1);
        final LogEntry second = Entries.of(2);

        @Actor
        public void first() {
            append(first);
        }

        @Actor
        public void second() {
            append(second);
        }

        private void append(LogEntry entry) {
            for (; ; ) {
                long index = tail.get();
                LogEntry previous = slots.getAcquire((int) index & 1);
                if (previous == null) {
                    entry.index = index;
                    slots.set((int) index & 1, entry);
                    tail.compareAndSet(index, index + 1);
                    return;
                }
                tail.compareAndSet(index, index + 1);
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = slots.get((int) first.index & 1) == first ? (int) first.index : -1;
            r.r2 = slots.get((int) second.index & 1) == second ? (int) second.index : -1;
            r.r3 = (int) tail.get();
        }
    }

    /** The twin of {@link TwoAppenders} is also the twin of this test. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "the first got the place")
    @Outcome(id = "0, 1, 2", expect = ACCEPTABLE, desc = "the second got the place")
    @Outcome(expect = FORBIDDEN, desc = "both or none got the only place, or somebody else is in it")
    @State
    public static class TwoAppendersForOnePlace {
        final OperationLog log = Entries.logAfterOneLap(1);

        @Actor
        public void first(III_Result r) {
            r.r1 = log.tryAppend(Entries.of(1)) ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = log.tryAppend(Entries.of(2)) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = Entries.valueOf(log.entry(1));
        }
    }
}
