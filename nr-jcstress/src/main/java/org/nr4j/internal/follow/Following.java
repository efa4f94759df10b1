package org.nr4j.internal.follow;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.FollowerOptions;
import org.nr4j.internal.admin.FollowerRegistry;
import org.nr4j.internal.lock.LockState;
import org.nr4j.internal.log.Entries;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.log.WriteRun;
import org.nr4j.internal.padding.PaddedLong;
import org.nr4j.internal.replica.Groups;
import org.nr4j.internal.replica.Journal;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Tests followers of the log. They join where nothing is reclaimed. They see all operations, each one whole. They do
 * not sleep while there is something to read.
 */
public final class Following {
    private Following() {}

    private static final long FIRST = 1;
    private static final long SECOND = 2;

    // ---- sleeping and waking ----

    /** A follower about to go idle. Its executor only counts the submitted tasks. */
    private static final class Idling {
        final AtomicInteger submitted = new AtomicInteger();
        final LogCursor<Object> reader;
        final LogFollower<WriteRun<Object>> follower;

        /** Plain: written by the task, read by the arbiter. */
        private int received;

        Idling(OperationLog log) {
            this.reader = new LogCursor<>(log, /* position= */ 0, /* start= */ 0);
            this.follower = new LogFollower<>(
                    FollowerOptions.defaults(),
                    List.of(reader),
                    reader,
                    task -> submitted.incrementAndGet(),
                    end -> {});
            follower.start(run -> received += run.size());
        }

        void run() {
            Groups.runWithoutNaps(follower::run);
        }

        /** Stores what the follower received, and whether it will run again. */
        void look(II_Result r) {
            r.r1 = received;
            r.r2 = submitted.get() - 1;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, [01]", "0, 1"},
            expect = ACCEPTABLE,
            desc = "received it, or was woken")
    @Outcome(expect = FORBIDDEN, desc = "asleep, with something to read")
    @State
    public static class AppendAndIdle {
        private final OperationLog log = new OperationLog(1);
        private final Idling idling = new Idling(log);

        @Actor
        public void follower() {
            idling.run();
        }

        @Actor
        public void writer() {
            log.tryAppend(Groups.entry(1));
            idling.follower.wake();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            idling.look(r);
        }
    }

    /**
     * The same with an operation that goes into an open entry. The writer's store that releases the lock stands between
     * that operation and its look at the follower.
     */
    @JCStressTest
    @Outcome(
            id = {"1, [01]", "0, 1"},
            expect = ACCEPTABLE,
            desc = "received it, or was woken")
    @Outcome(expect = FORBIDDEN, desc = "asleep, with something to read")
    @State
    public static class JournalAndIdle {
        private final OperationLog log = new OperationLog(1);
        private final LockState lock = new LockState();
        private final Object[] ops = new Object[2];
        private final LogEntry open = LogEntry.open(ops);
        private final Idling idling = new Idling(log);

        public JournalAndIdle() {
            log.tryAppend(open);
        }

        @Actor
        public void follower() {
            idling.run();
        }

        @Actor
        public void writer() {
            ops[0] = 1;
            open.publish(1);
            lock.release();
            idling.follower.wake();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            idling.look(r);
        }
    }

    /** Weakened: both sides use a release store and then an acquire load. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "received it, or was woken")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "asleep, with something to read")
    @State
    public static class AppendAndIdleWeakened {
        private static final VarHandle IDLE = handle("idle");
        private static final VarHandle TAIL = handle("tail");

        private int idle;
        private int tail;

        private static VarHandle handle(String field) {
            return ConstantBootstraps.fieldVarHandle(
                    MethodHandles.lookup(), field, VarHandle.class, AppendAndIdleWeakened.class, int.class);
        }

        @Actor
        public void follower(II_Result r) {
            IDLE.setRelease(this, 1);
            r.r1 = (int) TAIL.getAcquire(this);
        }

        @Actor
        public void writer(II_Result r) {
            TAIL.setRelease(this, 1);
            r.r2 = (int) IDLE.getAcquire(this);
        }
    }

    // ---- the open entry of a journal ----

    /** A single replica, with a follower that the test reads by hand. */
    private static final class Journaled {
        final ReplicaSet<Object, Object, Integer> group = Groups.of(1, 4);
        final Journal journal = new Journal(group);
        final LogCursor<Object> reader = new LogCursor<>(group.log(), /* position= */ 0, /* start= */ 0);

        Journaled() {
            group.followers().add(Groups.follower(reader), reader);
        }

        /** Adds an operation if there is room, as {@code Replica} does. */
        void add(int value) {
            if (journal.hasRoom()) {
                journal.add(Groups.op(value));
            }
        }

        void append(int... values) {
            if (journal.hasRoomForBatch()) {
                journal.append(Groups.entry(values));
            }
        }
    }

    @JCStressTest
    @Outcome(id = "(0|1|12|123), 123", expect = ACCEPTABLE, desc = "the first ones, then the others")
    @Outcome(expect = FORBIDDEN, desc = "an operation missing, out of order or in parts")
    @State
    public static class JournalAndReader {
        private final Journaled journaled = new Journaled();
        private int seen;

        @Actor
        public void writer() {
            journaled.add(1);
            journaled.add(2);
            journaled.add(3);
        }

        @Actor
        public void reader(II_Result r) {
            seen = Groups.readOn(journaled.reader, 0);
            r.r1 = seen;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = Groups.readOn(journaled.reader, seen);
        }
    }

    /** Dropped: the rule that the operation is stored before the size that counts it. */
    @JCStressTest
    @Outcome(id = "0|1", expect = ACCEPTABLE, desc = "not there yet, or whole")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "an operation that is not there")
    @State
    public static class JournalAndReaderWeakened {
        private final Object[] ops = new Object[2];
        private final LogEntry open = LogEntry.open(ops);

        @Actor
        public void writer() {
            open.publish(1);
            ops[0] = Groups.op(1);
        }

        @Actor
        public void reader(I_Result r) {
            if (open.size() == 1) {
                r.r1 = ops[0] == null ? -1 : 1;
            }
        }
    }

    /**
     * Batches with entries of their own end the open entries. The reader goes on to a batch only after it has read all
     * of the entry before.
     */
    @JCStressTest
    @Outcome(id = "1, 12345678", expect = ACCEPTABLE, desc = "all in order, the batches in one piece")
    @Outcome(expect = FORBIDDEN, desc = "an operation missing, out of order or in parts, or half a batch")
    @State
    public static class SealAndReader {
        private static final int ALL = 12345678;
        private static final int LOOKS = 20;

        private final Journaled journaled = new Journaled();
        private int seen;

        @Actor
        public void writer() {
            for (int value = 1; value <= 8; value += 4) {
                journaled.add(value);
                journaled.add(value + 1);
                journaled.append(value + 2, value + 3);
            }
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = 1;
            for (int i = 0; i < LOOKS; i++) {
                seen = Groups.readOn(journaled.reader, seen);
                if (!isWhole(seen)) {
                    r.r1 = 0;
                }
            }
        }

        /**
         * Returns whether these are the first operations of all, without half a batch. The batches are 3, 4 and 7, 8.
         */
        private static boolean isWhole(int digits) {
            int first = ALL;
            while (first > digits) {
                first /= 10;
            }
            return first == digits && digits % 10 != 3 && digits % 10 != 7;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = Groups.readOn(journaled.reader, seen);
        }
    }

    /** Weakened: the end of an entry is in a word of its own, which the reader reads after the size. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0", "1, 1"},
            expect = ACCEPTABLE,
            desc = "all of the entry before what comes after it")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "went on too early")
    @State
    public static class SealAndReaderWeakened {
        private final Object[] ops = new Object[2];
        private final LogEntry open = LogEntry.open(ops);
        private volatile int sealed;

        @Actor
        public void writer() {
            ops[0] = Groups.op(1);
            open.publish(1);
            sealed = 1;
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = open.size();
            r.r2 = sealed;
        }
    }

    // ---- joining ----

    /** A follower joins at the place of a replica while a writer wraps around a log of two entries. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "every write from its place on")
    @Outcome(expect = FORBIDDEN, desc = "an entry was gone")
    @State
    public static class JoinAndReclaim {
        private static final int WRITES = 4;

        private final ReplicaSet<Object, Object, Integer> group = Groups.of(2, 2);
        private final Replica<Object, Object, Integer> replica = group.all().get(0);
        private final Replica<Object, Object, Integer> other = group.all().get(1);
        private LogFollower<?> follower;

        @Actor
        public void joiner() {
            // The follower's executor does nothing. The test reads by hand what the follower would receive.
            FollowerOptions options = FollowerOptions.defaults().executor(task -> {});
            follower =
                    new FollowerRegistry<>(group).follow(FollowerRegistry.NOW, (index, writes) -> {}, options, FIRST);
        }

        @Actor
        public void writer() {
            for (int i = 0; i < WRITES; i++) {
                other.executeMut("a write", SECOND);
                replica.awaitApplied(group.log().tail(), SECOND);
                group.reclaimer().reclaim();
            }
        }

        @Arbiter
        public void arbiter(I_Result r) {
            @SuppressWarnings("unchecked") // the operations are strings
            LogCursor<Object> reader = (LogCursor<Object>) group.followers().current().readers[0];
            long next = follower.index();
            try {
                for (WriteRun<Object> run = reader.poll(); run != null; run = reader.poll()) {
                    if (run.index() != next || run.contains(null)) {
                        return;
                    }
                    next = run.end();
                    reader.consumed(run);
                }
            } catch (IllegalStateException e) {
                r.r1 = -1;
                return;
            }
            r.r1 = next == WRITES ? 1 : 0;
        }
    }

    /** Dropped: the rule that the follower takes the replica's place while it holds the replica's lock. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the entry at its place")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "the entry was gone")
    @State
    public static class JoinAndReclaimWeakened {
        private static final long NOBODY = Long.MAX_VALUE;

        private final OperationLog log = new OperationLog(1);
        private final PaddedLong localTail = new PaddedLong();
        private volatile long joined = NOBODY;

        public JoinAndReclaimWeakened() {
            log.tryAppend(Groups.entry(1));
        }

        @Actor
        public void joiner(I_Result r) {
            long place = localTail.getAcquire();
            joined = place;
            LogEntry entry = place == 0 ? log.entryIfHeld(place) : null;
            r.r1 = place == 1 || (entry != null && entry.opsIfHeld() != null) ? 1 : 0;
        }

        @Actor
        public void writer() {
            localTail.setRelease(1);
            log.advanceHead(Math.min(joined, 1));
            log.tryAppend(Groups.entry(2));
        }
    }

    // ---- looking back ----

    /** A follower looks back for earlier writes while they are cleared and overwritten. */
    @JCStressTest
    @Outcome(
            id = {"1234", "-1"},
            expect = ACCEPTABLE,
            desc = "all of them, or told that they are gone")
    @Outcome(expect = FORBIDDEN, desc = "some of them")
    @State
    public static class LookBackAndClear {
        private final OperationLog log = new OperationLog(2);
        private final LogCursor<Object> reader;

        public LookBackAndClear() {
            log.tryAppend(Groups.entry(1, 2));
            log.tryAppend(Groups.entry(3, 4));
            reader = new LogCursor<>(log, /* position= */ 2, /* start= */ 0);
        }

        @Actor
        public void follower(I_Result r) {
            r.r1 = -1;
            if (reader.lookBack(/* firstWrite= */ 4)) {
                int digits = 0;
                for (int i = 0; i < 2; i++) {
                    WriteRun<Object> run = reader.poll();
                    for (Object op : run) {
                        digits = digits * 10 + ((Entries.Op) op).value;
                    }
                    reader.consumed(run);
                }
                r.r1 = digits;
            }
        }

        @Actor
        public void reclaimer() {
            log.advanceHead(2);
        }
    }

    /** Dropped: the rule that the operations are read once, so that the checked operations are those taken. */
    @JCStressTest
    @Outcome(
            id = {"1", "-1"},
            expect = ACCEPTABLE,
            desc = "there, or told that it is gone")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "told that it is there, and gone")
    @State
    public static class LookBackAndClearWeakened {
        private final LogEntry entry = Groups.entry(1);

        @Actor
        public void follower(I_Result r) {
            r.r1 = entry.opsIfHeld() == null ? -1 : entry.opsIfHeld() == null ? 0 : 1;
        }

        @Actor
        public void reclaimer() {
            entry.clear();
        }
    }
}
