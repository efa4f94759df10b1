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
 * Tests readers and the holder of a {@link ReplicaLock}. No reader is inside beside a writer, and each reader sees
 * everything that the last writer did.
 *
 * <p>Every state has a new lock. If the constructor does not use a cell, its first use (its bit in {@code usedCells})
 * is therefore part of the race.
 */
public final class ReadersWriterHandshake {
    private ReadersWriterHandshake() {}

    private static final int KEPT_OUT = -1;
    private static final long HOLDER = 9;

    /** A lock forgets unused cells once in this many scans: {@code ReaderCells.FORGET_MASK + 1}. */
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

    /** The reader's cell has been used before, so the reader's only store is the one to its cell. */
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
     * The holder first collects, with readers inside. Then it keeps them out, by a store instead of a compare-and-set.
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

    /** Two readers that share one cell: one owns it, the other is its guest. */
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

    /** A guest alone. Another thread owns its cell and does nothing. */
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

    /** Returns a lock whose next writer forgets empty cells. Cell 0 has been used. */
    private static ReplicaLock aboutToForget() {
        ReplicaLock lock = newLock(1);
        for (int scan = 1; scan < FORGET_EVERY; scan++) {
            lock.tryWrite(HOLDER);
            lock.release();
        }
        lock.leave(lock.tryEnter(2), 2);
        return lock;
    }

    /** A reader beside a writer that forgets cells. A second write follows, which relies on the remaining cells. */
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

    /**
     * The same, but the holder is already collecting. The reader may be inside when the upgrade tries to forget its
     * cell.
     */
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

    /** Weakened: both sides use a release store and then an acquire load. */
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
     * Weakened on one side only, like a careless upgrade(). The reader's compare-and-set is as shipped; the holder's
     * store is a release.
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

    /**
     * Dropped: the rule that the cell's bit is set before the reader looks at the holder. All accesses are volatile.
     */
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

    /** Dropped: the rule that the holder forgets a cell only if it can take it. All accesses are volatile. */
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

    /** Dropped: the check of a cell's guests. The holder only looks at the cell's owner. All accesses are volatile. */
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
