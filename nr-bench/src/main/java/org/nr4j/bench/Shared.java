package org.nr4j.bench;

import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.nr4j.Dispatch;
import org.nr4j.DistributedReadWriteLock;
import org.nr4j.NodeReplicated;
import org.nr4j.topology.NumaTopology;

/**
 * A structure that several threads share. Any structure can be shared in each of {@link #WAYS}.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Shared<R, W> extends AutoCloseable {
    /** The way without any protection. It is safe with one thread only. */
    String BARE = "bare";

    /** The ways that work for any structure. */
    List<String> WAYS = List.of(
            "nr",
            "synchronized",
            "ReentrantLock",
            "ReadWriteLock",
            "StampedLock",
            "DistributedReadWriteLock",
            "FlatCombining",
            BARE);

    /** Runs a read and returns its answer. */
    Object execute(R op);

    /** Runs a write and returns its answer. */
    Object executeMut(W op);

    /** Brings replicas up to date. No operation may run meanwhile. */
    default void settle() {}

    /** Closes it. No operation may run meanwhile. */
    @Override
    default void close() {}

    /** Shares the supplier's structure in one of {@link #WAYS}. */
    static <R, W> Shared<R, W> of(
            String way, Supplier<Dispatch<R, W, Object>> structures, int replicas, NumaTopology topology) {
        return switch (way) {
            case "nr" -> Replicated.of(structures, replicas, topology);
            case "synchronized" -> new Synchronized<>(structures.get());
            case "ReentrantLock" -> new UnderLocks<>(structures.get(), new ReentrantLock());
            case "ReadWriteLock" -> new UnderLocks<>(structures.get(), new ReentrantReadWriteLock());
            case "StampedLock" -> new UnderStampedLock<>(structures.get(), new StampedLock());
            case "DistributedReadWriteLock" ->
                new UnderDistributedLock<>(structures.get(), new DistributedReadWriteLock());
            case "FlatCombining" -> new FlatCombining<>(structures.get());
            case BARE -> new Direct<>(structures.get());
            default ->
                throw new IllegalArgumentException("a way of sharing must be one of those that suit any structure: way="
                        + way + "; they are " + WAYS);
        };
    }

    /** Sharing without protection, or with the structure's own. */
    record Direct<R, W>(Dispatch<R, W, Object> structure) implements Shared<R, W> {
        @Override
        public Object execute(R op) {
            return structure.dispatch(op);
        }

        @Override
        public Object executeMut(W op) {
            return structure.dispatchMut(op);
        }
    }

    /** Sharing by node replication. */
    record Replicated<R, W>(NodeReplicated<R, W, Object> structure) implements Shared<R, W> {
        static <R, W> Replicated<R, W> of(
                Supplier<Dispatch<R, W, Object>> structures, int replicas, NumaTopology topology) {
            return new Replicated<>(NodeReplicated.builder(structures)
                    .replicas(replicas)
                    .topology(topology)
                    .build());
        }

        @Override
        public Object execute(R op) {
            return structure.execute(op);
        }

        @Override
        public Object executeMut(W op) {
            return structure.executeMut(op);
        }

        @Override
        public void settle() {
            structure.sync();
        }

        @Override
        public void close() {
            structure.close();
        }
    }

    /** Sharing by a monitor. */
    record Synchronized<R, W>(Dispatch<R, W, Object> structure) implements Shared<R, W> {
        @Override
        public Object execute(R op) {
            synchronized (structure) {
                return structure.dispatch(op);
            }
        }

        @Override
        public Object executeMut(W op) {
            synchronized (structure) {
                return structure.dispatchMut(op);
            }
        }
    }

    /** Sharing by one lock for reads and one for writes, which may be the same. */
    record UnderLocks<R, W>(Dispatch<R, W, Object> structure, Lock readLock, Lock writeLock) implements Shared<R, W> {
        UnderLocks(Dispatch<R, W, Object> structure, ReentrantLock lock) {
            this(structure, lock, lock);
        }

        UnderLocks(Dispatch<R, W, Object> structure, ReentrantReadWriteLock lock) {
            this(structure, lock.readLock(), lock.writeLock());
        }

        @Override
        public Object execute(R op) {
            readLock.lock();
            try {
                return structure.dispatch(op);
            } finally {
                readLock.unlock();
            }
        }

        @Override
        public Object executeMut(W op) {
            writeLock.lock();
            try {
                return structure.dispatchMut(op);
            } finally {
                writeLock.unlock();
            }
        }
    }

    /**
     * Sharing by the JDK's fastest readers-writer lock, in its pessimistic modes. An optimistic read of a changing
     * structure could loop or throw.
     */
    record UnderStampedLock<R, W>(Dispatch<R, W, Object> structure, StampedLock lock) implements Shared<R, W> {
        @Override
        public Object execute(R op) {
            long stamp = lock.readLock();
            try {
                return structure.dispatch(op);
            } finally {
                lock.unlockRead(stamp);
            }
        }

        @Override
        public Object executeMut(W op) {
            long stamp = lock.writeLock();
            try {
                return structure.dispatchMut(op);
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    /** Sharing by this library's lock, without replication. */
    record UnderDistributedLock<R, W>(Dispatch<R, W, Object> structure, DistributedReadWriteLock lock)
            implements Shared<R, W> {
        @Override
        public Object execute(R op) {
            lock.lockRead();
            try {
                return structure.dispatch(op);
            } finally {
                lock.unlockRead();
            }
        }

        @Override
        public Object executeMut(W op) {
            lock.lockWrite();
            try {
                return structure.dispatchMut(op);
            } finally {
                lock.unlockWrite();
            }
        }
    }
}
