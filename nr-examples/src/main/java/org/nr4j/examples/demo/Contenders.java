package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.nr4j.Dispatch;
import org.nr4j.examples.demo.Subject.Concurrent;

/** All contenders, each with a structure of its own. Contenders and scores are in the order of the constants. */
final class Contenders<R, W> implements AutoCloseable {
    static final int REPLICATED = 0;

    /** The index of the first lock. */
    static final int READ_WRITE_LOCK = 1;

    static final int STAMPED_LOCK = 2;
    static final int MONITOR = 3;

    /** The index of the concurrent class, after the locks. The JDK does not have such a class for every structure. */
    static final int CONCURRENT = 4;

    private final ReplicatedContender<R, W> replicated;
    private final Optional<Concurrent<R, W>> concurrent;
    private final List<Contender<R, W>> all = new ArrayList<>();

    Contenders(Subject<R, W> subject, Options options) {
        this.replicated = new ReplicatedContender<>(subject, options);
        this.concurrent = subject.concurrent();
        all.add(REPLICATED, replicated);
        all.add(READ_WRITE_LOCK, new ReadWriteLocked<>(subject.sequential()));
        all.add(STAMPED_LOCK, new StampedLocked<>(subject.sequential()));
        all.add(MONITOR, new Synchronized<>(subject.sequential()));
        concurrent.ifPresent(rival -> all.add(CONCURRENT, new Bare<>(rival.name(), rival.structure())));
    }

    List<Contender<R, W>> all() {
        return all;
    }

    int size() {
        return all.size();
    }

    ReplicatedContender<R, W> replicated() {
        return replicated;
    }

    /** The JDK's concurrent class, if there is one. */
    Optional<Concurrent<R, W>> concurrent() {
        return concurrent;
    }

    @Override
    public void close() {
        all.forEach(Contender::close);
    }

    /** A contender whose access is the same for all threads. */
    private abstract static class Shared<R, W> implements Contender<R, W>, Contender.Access<R, W> {
        final Dispatch<R, W, Long> structure;
        private final String name;

        Shared(String name, Dispatch<R, W, Long> structure) {
            this.name = name;
            this.structure = structure;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Access<R, W> open() {
            return this;
        }

        @Override
        public void close() {}
    }

    private static final class ReadWriteLocked<R, W> extends Shared<R, W> {
        private final ReadWriteLock lock = new ReentrantReadWriteLock();

        ReadWriteLocked(Dispatch<R, W, Long> structure) {
            super("ReentrantReadWriteLock", structure);
        }

        @Override
        public long read(R op) {
            lock.readLock().lock();
            try {
                return structure.dispatch(op);
            } finally {
                lock.readLock().unlock();
            }
        }

        @Override
        public long write(W op) {
            lock.writeLock().lock();
            try {
                return structure.dispatchMut(op);
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    /**
     * Reads take the read lock. An optimistic read would look at a plain structure while it changes, which may throw or
     * never end.
     */
    private static final class StampedLocked<R, W> extends Shared<R, W> {
        private final StampedLock lock = new StampedLock();

        StampedLocked(Dispatch<R, W, Long> structure) {
            super("StampedLock", structure);
        }

        @Override
        public long read(R op) {
            long stamp = lock.readLock();
            try {
                return structure.dispatch(op);
            } finally {
                lock.unlockRead(stamp);
            }
        }

        @Override
        public long write(W op) {
            long stamp = lock.writeLock();
            try {
                return structure.dispatchMut(op);
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    private static final class Synchronized<R, W> extends Shared<R, W> {
        Synchronized(Dispatch<R, W, Long> structure) {
            super("synchronized", structure);
        }

        @Override
        public synchronized long read(R op) {
            return structure.dispatch(op);
        }

        @Override
        public synchronized long write(W op) {
            return structure.dispatchMut(op);
        }
    }

    /** A class that is concurrent by itself. */
    private static final class Bare<R, W> extends Shared<R, W> {
        Bare(String name, Dispatch<R, W, Long> structure) {
            super(name, structure);
        }

        @Override
        public long read(R op) {
            return structure.dispatch(op);
        }

        @Override
        public long write(W op) {
            return structure.dispatchMut(op);
        }
    }
}
