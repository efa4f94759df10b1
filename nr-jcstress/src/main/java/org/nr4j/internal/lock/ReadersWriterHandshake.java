package org.nr4j.internal.lock;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.stats.WaitCounters;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Readers and the holder of a {@link ReplicaLock}: no reader is inside beside a writer, and each sees all that the last
 * writer did. Every state has a new lock, so the first use of a cell (its bit in {@code usedCells}) is part of the
 * race, where the constructor does not use it.
 */
public final class ReadersWriterHandshake {
    private ReadersWriterHandshake() {}

    private static final int KEPT_OUT = -1;
    private static final long HOLDER = 9;

    /** So often a lock forgets cells that nobody uses any more: {@code ReplicaLock.FORGET_MASK + 1}. */
    private static final int FORGET_EVERY = 256;

    public static ReplicaLock newLock(int cells) {
        return new ReplicaLock(WaitStrategy.adaptive(), new WaitCounters(), cells);
    }

    private static int readAs(long threadId, ReplicaLock lock, Guarded data) {
        int entry = lock.tryEnter(threadId);
        if (entry == ReplicaLock.NOT_ENTERED) {
            return KEPT_OUT;
        }
        int seen = data.read();
        lock.leave(entry, threadId);
        return seen;
    }

    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "the reader was kept out")
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "before or after the writer")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class OwnerAndWriter {
        final ReplicaLock lock = newLock(1);
        final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void writer() {
            lock.tryWrite(HOLDER);
            data.write();
            lock.release();
        }
    }

    /** The reader's cell has been used before, so that the reader's only store is the one to its cell. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "the reader was kept out")
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "before or after the writer")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class OwnerOfUsedCellAndWriter {
        final ReplicaLock lock = newLock(1);
        final Guarded data = new Guarded();

        public OwnerOfUsedCellAndWriter() {
            lock.leave(lock.tryEnter(2), 2);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void writer() {
            lock.tryWrite(HOLDER);
            data.write();
            lock.release();
        }
    }

    /**
     * The holder collects first, with readers inside, and keeps them out then: a store instead of a compare-and-set.
     */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "the reader was kept out")
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "before or after the writer")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class OwnerAndUpgrade {
        final ReplicaLock lock = newLock(1);
        final Guarded data = new Guarded();

        public OwnerAndUpgrade() {
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void writer() {
            lock.upgrade(HOLDER);
            data.write();
            lock.downgrade(HOLDER);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"-1, 0", "-1, 1", "0, 0", "0, 1", "1, 1", "1, 0"},
            expect = ACCEPTABLE,
            desc = "before the write, after it, or kept out")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class OwnerAndWriteNow {
        final ReplicaLock lock = newLock(1);
        final Guarded data = new Guarded();

        @Actor
        public void reader(II_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void writer(II_Result r) {
            if (lock.tryWriteNow(HOLDER)) {
                data.write();
                lock.release();
                r.r2 = 1;
            }
        }
    }

    /** Two readers that meet in one cell: one owns it, the other is its guest. */
    @JCStressTest
    @Outcome(
            id = {"(-1|0|1), (-1|0|1)"},
            expect = ACCEPTABLE,
            desc = "each before the writer, after it, or kept out")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class OwnerGuestAndUpgrade {
        final ReplicaLock lock = newLock(1);
        final Guarded data = new Guarded();

        public OwnerGuestAndUpgrade() {
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = readAs(2, lock, data);
        }

        @Actor
        public void writer() {
            lock.upgrade(HOLDER);
            data.write();
            lock.release();
        }
    }

    /** A guest alone: its cell is owned by somebody who does not move. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "the reader was kept out")
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "before or after the writer")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class GuestAndUpgrade {
        final ReplicaLock lock = newLock(1);
        final Guarded data = new Guarded();
        final int owner;

        public GuestAndUpgrade() {
            owner = lock.tryEnter(2);
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void guest(I_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void writer() {
            lock.leave(owner, 2);
            lock.upgrade(HOLDER);
            data.write();
            lock.release();
        }
    }

    /** Two readers in cells of their own, both used for the first time. */
    @JCStressTest
    @Outcome(
            id = {"(-1|0|1), (-1|0|1)"},
            expect = ACCEPTABLE,
            desc = "each before the writer, after it, or kept out")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class TwoOwnersAndWriter {
        final ReplicaLock lock = newLock(2);
        final Guarded data = new Guarded();

        @Actor
        public void first(II_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = readAs(2, lock, data);
        }

        @Actor
        public void writer() {
            lock.tryWrite(HOLDER);
            data.write();
            lock.release();
        }
    }

    /** A lock whose next writer forgets the cells that nobody is in; cell 0 has been used. */
    private static ReplicaLock aboutToForget() {
        ReplicaLock lock = newLock(1);
        for (int scan = 1; scan < FORGET_EVERY; scan++) {
            lock.tryWrite(HOLDER);
            lock.release();
        }
        lock.leave(lock.tryEnter(2), 2);
        return lock;
    }

    /** A reader beside a writer that forgets cells, and is then followed by one that relies on what is left. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class ReaderAndForgetting {
        final ReplicaLock lock = aboutToForget();
        final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            for (int i = 0; i < 5; i++) {
                r.r1 = readAs(1, lock, data);
                if (r.r1 != KEPT_OUT) {
                    return;
                }
            }
        }

        @Actor
        public void writer() {
            lock.tryWrite(HOLDER);
            lock.release();
            lock.tryWrite(HOLDER);
            data.write();
            lock.release();
        }
    }

    /** The same with a reader that is inside already when its cell is about to be forgotten. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class ReaderAndForgettingUpgrade {
        final ReplicaLock lock = aboutToForget();
        final Guarded data = new Guarded();

        public ReaderAndForgettingUpgrade() {
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = readAs(1, lock, data);
        }

        @Actor
        public void writer() {
            lock.upgrade(HOLDER);
            data.write();
            lock.release();
        }
    }

    /** The three words of the handshake, for the twins. */
    private static class Words {
        static final VarHandle HOLDER_WORD = handle("holder");
        static final VarHandle CELL = handle("cell");
        static final VarHandle USED = handle("used");

        int holder;
        int cell;
        int used;

        private static VarHandle handle(String field) {
            return ConstantBootstraps.fieldVarHandle(
                    MethodHandles.lookup(), field, VarHandle.class, Words.class, int.class);
        }
    }

    /** Weakened: release stores and acquire loads, where both sides store and then load. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class HandshakeWeakened {
        private final Words words = new Words();
        final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            Words.CELL.setRelease(words, 1);
            r.r1 = (int) Words.HOLDER_WORD.getAcquire(words) == 0 ? data.read() : KEPT_OUT;
            Words.CELL.setRelease(words, 0);
        }

        @Actor
        public void writer() {
            Words.HOLDER_WORD.setRelease(words, 1);
            while ((int) Words.CELL.getAcquire(words) != 0) {
                Thread.onSpinWait();
            }
            data.write();
            Words.HOLDER_WORD.setRelease(words, 0);
        }
    }

    /**
     * Weakened on one side only, as a careless upgrade() would be: the reader's compare-and-set is as shipped, the
     * holder's store is a release.
     */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class UpgradeWeakened {
        private final Words words = new Words();
        final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            Words.CELL.compareAndSet(words, 0, 1);
            r.r1 = (int) Words.HOLDER_WORD.getVolatile(words) == 0 ? data.read() : KEPT_OUT;
            Words.CELL.setRelease(words, 0);
        }

        @Actor
        public void writer() {
            Words.HOLDER_WORD.setRelease(words, 1);
            while ((int) Words.CELL.getVolatile(words) != 0) {
                Thread.onSpinWait();
            }
            data.write();
            Words.HOLDER_WORD.setVolatile(words, 0);
        }
    }

    /** Dropped: the cell's bit is there before the reader looks at the holder. All accesses are volatile. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class FirstUseWeakened {
        private final Words words = new Words();
        final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            Words.CELL.setVolatile(words, 1);
            r.r1 = (int) Words.HOLDER_WORD.getVolatile(words) == 0 ? data.read() : KEPT_OUT;
            Words.USED.setVolatile(words, 1);
            Words.CELL.setRelease(words, 0);
        }

        @Actor
        public void writer() {
            Words.HOLDER_WORD.setVolatile(words, 1);
            while ((int) Words.USED.getVolatile(words) != 0 && (int) Words.CELL.getVolatile(words) != 0) {
                Thread.onSpinWait();
            }
            data.write();
            Words.HOLDER_WORD.setVolatile(words, 0);
        }
    }

    /** Dropped: the holder forgets a cell only if it can take it itself. All accesses are volatile. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class ReaderAndForgettingUpgradeWeakened {
        private final Words words = new Words();
        final Guarded data = new Guarded();

        public ReaderAndForgettingUpgradeWeakened() {
            words.used = 1;
        }

        @Actor
        public void reader(I_Result r) {
            Words.CELL.compareAndSet(words, 0, 1);
            if ((int) Words.USED.getVolatile(words) == 0) {
                Words.USED.setVolatile(words, 1);
            }
            r.r1 = (int) Words.HOLDER_WORD.getVolatile(words) == 0 ? data.read() : KEPT_OUT;
            Words.CELL.setRelease(words, 0);
        }

        @Actor
        public void writer() {
            Words.HOLDER_WORD.setVolatile(words, 1);
            Words.USED.setVolatile(words, 0);
            while ((int) Words.USED.getVolatile(words) != 0 && (int) Words.CELL.getVolatile(words) != 0) {
                Thread.onSpinWait();
            }
            data.write();
            Words.HOLDER_WORD.setVolatile(words, 0);
        }
    }

    /** Dropped: the holder looks at the guests of a cell as well as at its owner. All accesses are volatile. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "before the writer, after it, or kept out")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class GuestAndUpgradeWeakened {
        private final Words words = new Words();
        private final AtomicInteger guests = new AtomicInteger();
        final Guarded data = new Guarded();

        public GuestAndUpgradeWeakened() {
            words.cell = 2;
        }

        @Actor
        public void guest(I_Result r) {
            guests.getAndIncrement();
            r.r1 = (int) Words.HOLDER_WORD.getVolatile(words) == 0 ? data.read() : KEPT_OUT;
            guests.getAndDecrement();
        }

        @Actor
        public void writer() {
            Words.CELL.setRelease(words, 0);
            Words.HOLDER_WORD.setVolatile(words, 1);
            while ((int) Words.CELL.getVolatile(words) != 0) {
                Thread.onSpinWait();
            }
            data.write();
            Words.HOLDER_WORD.setVolatile(words, 0);
        }
    }
}
