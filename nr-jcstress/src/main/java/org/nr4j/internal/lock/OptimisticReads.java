package org.nr4j.internal.lock;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Tests readers that leave no trace, beside the holder of a {@link ReplicaLock}. If the version is unchanged after a
 * read, the read saw consistent data.
 *
 * <p>There is no twin without the fences. On x86, with the second compiler's stress options, plain accesses to the
 * version showed nothing in 90 million tries.
 */
public final class OptimisticReads {
    private OptimisticReads() {}

    private static final int THROWN_AWAY = -1;
    private static final long HOLDER = 9;

    private static int read(ReplicaLock lock, Guarded data) {
        long version = lock.tryOptimisticRead();
        int seen = data.read();
        return version != ReplicaLock.WRITING && lock.isUnchanged(version) ? seen : THROWN_AWAY;
    }

    private static void write(ReplicaLock lock, Guarded data) {
        lock.tryWrite(HOLDER);
        data.write();
        lock.release();
    }

    /** A holder that writes from the beginning. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "met the writer")
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "before or after the writer")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class ReaderAndWriter {
        final ReplicaLock lock = ReadersWriterHandshake.newLock(1);
        final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(lock, data);
        }

        @Actor
        public void writer() {
            write(lock, data);
        }
    }

    /** A holder that begins to write, and then goes on without writing. */
    @JCStressTest
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "met the writer")
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "before or after the writer")
    @Outcome(expect = FORBIDDEN, desc = "beside the writer")
    @State
    public static class ReaderAndUpgrade {
        final ReplicaLock lock = ReadersWriterHandshake.newLock(1);
        final Guarded data = new Guarded();

        public ReaderAndUpgrade() {
            lock.tryUpdate(HOLDER);
        }

        @Actor
        public void reader(I_Result r) {
            r.r1 = read(lock, data);
        }

        @Actor
        public void writer() {
            lock.upgrade(HOLDER);
            data.write();
            lock.downgrade(HOLDER);
        }
    }

    /** Dropped: the second check of the version. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "as it should be")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class SecondLookWeakened {
        private final ReplicaLock lock = ReadersWriterHandshake.newLock(1);
        private final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            r.r1 = lock.tryOptimisticRead() == ReplicaLock.WRITING ? THROWN_AWAY : data.read();
        }

        @Actor
        public void writer() {
            write(lock, data);
        }
    }

    /** Dropped: the check of the holder. A reader that begins beside a writer finds the new version both times. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "as it should be")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class FirstLookWeakened {
        private final LockState state = new LockState();
        private final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            long version = state.version();
            int seen = data.read();
            r.r1 = state.isVersion(version) ? seen : THROWN_AWAY;
        }

        @Actor
        public void writer() {
            state.setHolder(LockState.writing(HOLDER));
            state.nextVersion();
            data.write();
            state.release();
        }
    }

    /** Weakened: the version changes too late, after everything is written. */
    @JCStressTest
    @Outcome(
            id = {"-1", "0", "1"},
            expect = ACCEPTABLE,
            desc = "as it should be")
    @Outcome(expect = ACCEPTABLE_INTERESTING, desc = "beside the writer")
    @State
    public static class LateVersionWeakened {
        private final LockState state = new LockState();
        private final Guarded data = new Guarded();

        @Actor
        public void reader(I_Result r) {
            long version = state.version();
            boolean writing = LockState.excludesReaders(state.holder());
            int seen = data.read();
            r.r1 = !writing && state.isVersion(version) ? seen : THROWN_AWAY;
        }

        @Actor
        public void writer() {
            state.setHolder(LockState.writing(HOLDER));
            data.write();
            state.nextVersion();
            state.release();
        }
    }
}
