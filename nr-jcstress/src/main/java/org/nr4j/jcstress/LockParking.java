package org.nr4j.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nr4j.DistributedReadWriteLock;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.lock.Guarded;
import org.nr4j.internal.lock.Sleeper;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Tests {@link DistributedReadWriteLock} with threads that park at once. They exclude each other, and no thread stays
 * asleep once all others have left. These tests share the twins of {@code ReadersWriterHandshake} and {@code Parking}.
 */
public final class LockParking {
    private LockParking() {}

    private static DistributedReadWriteLock newLock() {
        return new DistributedReadWriteLock(WaitStrategy.of(0, 0));
    }

    /** Two writers. */
    @JCStressTest
    @Outcome(id = "false, 2", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "true, .*", expect = FORBIDDEN, desc = "one sleeps for ever")
    @Outcome(expect = FORBIDDEN, desc = "one beside the other")
    @State
    public static class TwoWriters {
        final DistributedReadWriteLock lock = newLock();
        private final Sleeper first = new Sleeper();
        private final Sleeper second = new Sleeper();
        private volatile boolean lost;
        private int count;

        private void write(Sleeper self, Sleeper other) {
            self.begins();
            lock.lockWrite();
            count++;
            lock.unlockWrite();
            self.ends();
            if (other.isLost(lock)) {
                lost = true;
            }
        }

        @Actor
        public void first() {
            write(first, second);
        }

        @Actor
        public void second() {
            write(second, first);
        }

        @Arbiter
        public void arbiter(ZI_Result r) {
            r.r1 = lost;
            r.r2 = count;
        }
    }

    /** A reader and a writer. */
    @JCStressTest
    @Outcome(id = "false, [01]", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "true, .*", expect = FORBIDDEN, desc = "one sleeps for ever")
    @Outcome(expect = FORBIDDEN, desc = "one beside the other")
    @State
    public static class ReaderAndWriter {
        final DistributedReadWriteLock lock = newLock();
        final Guarded data = new Guarded();
        private final Sleeper reader = new Sleeper();
        private final Sleeper writer = new Sleeper();
        private volatile boolean lost;
        private int seen;

        @Actor
        public void reader() {
            reader.begins();
            lock.lockRead();
            seen = data.read();
            lock.unlockRead();
            reader.ends();
            if (writer.isLost(lock)) {
                lost = true;
            }
        }

        @Actor
        public void writer() {
            writer.begins();
            lock.lockWrite();
            data.write();
            lock.unlockWrite();
            writer.ends();
            if (reader.isLost(/* blocker= */ null)) {
                lost = true;
            }
        }

        @Arbiter
        public void arbiter(ZI_Result r) {
            r.r1 = lost;
            r.r2 = seen;
        }
    }

    /** A waiting writer beside a writer that only tries. The latter gives up because a reader is inside. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "got through")
    @Outcome(expect = FORBIDDEN, desc = "the waiting writer sleeps for ever")
    @State
    public static class WaitingAndTryingWriter {
        /** The reader. It is neither of the actors, since the waiting one would wait for itself. */
        private static final ExecutorService READER = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "reader");
            thread.setDaemon(true);
            return thread;
        });

        final DistributedReadWriteLock lock = newLock();
        private final Sleeper writer = new Sleeper();

        /** Creates the lock with the reader inside. */
        public WaitingAndTryingWriter() {
            CompletableFuture.runAsync(lock::lockRead, READER).join();
        }

        @Actor
        public void tryingWriter(Z_Result r) {
            if (lock.tryLockWrite()) {
                throw new IllegalStateException("a reader is inside");
            }
            READER.execute(lock::unlockRead);
            r.r1 = writer.isLost(lock);
        }

        @Actor
        public void waitingWriter() {
            writer.begins();
            lock.lockWrite();
            lock.unlockWrite();
            writer.ends();
        }
    }
}
