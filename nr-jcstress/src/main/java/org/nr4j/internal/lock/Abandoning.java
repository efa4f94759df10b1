package org.nr4j.internal.lock;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Threads that leave a {@link ReplicaLock} without a call, because an error left them no stack for one. A holder
 * abandons the lock, and one other thread takes it over. A reader stores to its cell behind a fence made of two
 * volatile accesses.
 */
public final class Abandoning {
    private Abandoning() {}

    private static final int NOT_HELD = -1;
    private static final long ABANDONER = 1;
    private static final long FIRST = 2;
    private static final long SECOND = 3;

    private static ReaderCells newCells(LockState state) {
        return new ReaderCells(state, 1, new Backoff(WaitStrategy.adaptive(), new WaitCounters()));
    }

    /** Takes the lock and keeps it. Returns what it then finds. */
    private static int takeAs(long threadId, ReplicaLock lock, Guarded data) {
        return lock.tryUpdate(threadId) ? data.read() : NOT_HELD;
    }

    /** Two threads try to take the lock over from one that writes and cannot leave. */
    @JCStressTest
    @Outcome(
            id = {"1, -1, -1", "1, 1, -1", "1, -1, 1"},
            expect = ACCEPTABLE,
            desc = "abandoned; nobody, or one, took over and saw all that was written")
    @Outcome(
            id = {"0, 0, -1", "0, -1, 0"},
            expect = ACCEPTABLE,
            desc = "another thread was first")
    @Outcome(expect = FORBIDDEN, desc = "two holders, or writes of the first holder are missing")
    @State
    public static class TakeOver {
        private final ReplicaLock lock = ReadersWriterHandshake.newLock(1);
        private final Guarded data = new Guarded();

        @Actor
        public void abandoner(III_Result r) {
            HolderSection<Guarded, Object> writeAndStay = (guarded, threadId) -> {
                guarded.write();
                return "written";
            };
            Object written = lock.tryUpdate(writeAndStay, data, ABANDONER);
            r.r1 = ReplicaLock.isRefused(written) ? 0 : 1;
        }

        @Actor
        public void first(III_Result r) {
            r.r2 = takeAs(FIRST, lock, data);
        }

        @Actor
        public void second(III_Result r) {
            r.r3 = takeAs(SECOND, lock, data);
        }
    }

    /** Weakened: the word of the abandoned lock is read and then cleared, not exchanged. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of the two took over")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "both took over")
    @State
    public static class TakeOverWeakened {
        private final LockState state = new LockState();

        public TakeOverWeakened() {
            state.holder = LockState.writing(ABANDONER);
            state.abandoned = state.holder;
        }

        private int takeAs(long threadId) {
            long word = state.abandoned;
            if (word == 0) {
                return 0;
            }
            state.abandoned = 0;
            state.holder = threadId << 1 | (word & 1);
            return 1;
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = takeAs(FIRST);
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = takeAs(SECOND);
        }
    }

    /** A reader that leaves by stores, as at the end of {@link ReplicaLock#tryRead}, beside a writer. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0"},
            expect = ACCEPTABLE,
            desc = "kept out, or before the writer")
    @Outcome(expect = FORBIDDEN, desc = "read what was written after it had left")
    @State
    public static class LeaveWithoutCall {
        private final LockState state = new LockState();
        private final ReaderCells cells = newCells(state);
        private final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            int entry = cells.tryEnter(FIRST);
            if (entry == ReplicaLock.NOT_ENTERED) {
                r.r1 = NOT_HELD;
                return;
            }
            r.r1 = data.read();
            state.fence = 0;
            if (state.fence == 0) {
                cells.owners[(entry + 1) * ReaderCells.STRIDE] = 0;
            }
        }

        @Actor
        public void writer() {
            state.casHolder(LockState.FREE, LockState.writing(ABANDONER));
            if (!cells.isAnyOccupied()) {
                data.write();
            }
        }
    }

    /**
     * Dropped: the fence. The virtual machine may then read after the cell is left. None that was tried does, so the
     * order that it may choose is written out.
     */
    @JCStressTest
    @Outcome(
            id = {"-1", "0"},
            expect = ACCEPTABLE,
            desc = "kept out, or before the writer")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "read what was written after it had left")
    @State
    public static class LeaveWithoutCallWeakened {
        private final LockState state = new LockState();
        private final ReaderCells cells = newCells(state);
        private int data;

        @Actor
        public void reader(I_Result r) {
            int entry = cells.tryEnter(FIRST);
            if (entry == ReplicaLock.NOT_ENTERED) {
                r.r1 = NOT_HELD;
                return;
            }
            cells.owners[(entry + 1) * ReaderCells.STRIDE] = 0;
            for (int i = 0; i < 10; i++) {
                Thread.onSpinWait(); // else the writer is too seldom in between
            }
            r.r1 = data;
        }

        @Actor
        public void writer() {
            state.casHolder(LockState.FREE, LockState.writing(ABANDONER));
            if (!cells.isAnyOccupied()) {
                data = 1;
            }
        }
    }
}
