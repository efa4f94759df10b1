package org.nr4j.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.nr4j.DistributedReadWriteLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what entering and leaving a readers-writer lock costs. The critical section reads or writes one field.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar LockBenchmark -t 1}, then {@code -t 2} and more.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class LockBenchmark {
    private final DistributedReadWriteLock distributed = new DistributedReadWriteLock();
    private final ReentrantReadWriteLock reentrant = new ReentrantReadWriteLock();
    private final StampedLock stamped = new StampedLock();
    private int field = 1;

    /** A reader. */
    @Benchmark
    public int distributedRead() {
        distributed.lockRead();
        try {
            return field;
        } finally {
            distributed.unlockRead();
        }
    }

    /** A reader. */
    @Benchmark
    public int reentrantRead() {
        reentrant.readLock().lock();
        try {
            return field;
        } finally {
            reentrant.readLock().unlock();
        }
    }

    /** A reader. */
    @Benchmark
    public int stampedRead() {
        long stamp = stamped.readLock();
        try {
            return field;
        } finally {
            stamped.unlockRead(stamp);
        }
    }

    /** A writer. */
    @Benchmark
    public int distributedWrite() {
        distributed.lockWrite();
        try {
            return field++;
        } finally {
            distributed.unlockWrite();
        }
    }

    /** A writer. */
    @Benchmark
    public int reentrantWrite() {
        reentrant.writeLock().lock();
        try {
            return field++;
        } finally {
            reentrant.writeLock().unlock();
        }
    }

    /** A writer. */
    @Benchmark
    public int stampedWrite() {
        long stamp = stamped.writeLock();
        try {
            return field++;
        } finally {
            stamped.unlockWrite(stamp);
        }
    }
}
