package org.nr4j.internal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.nr4j.internal.admin.Settings;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the operation log by itself, in batches a microsecond. All threads append batches. A thread that finds no
 * room reclaims it, as if all replicas had applied everything. The result is an upper bound of the writes that pass one
 * log.
 *
 * <p>The benchmark also measures other ways of putting batches in one order:
 *
 * <ul>
 *   <li>{@code getAndAdd} only numbers the batches. This is the least that any log with a counter costs.
 *   <li>The queues of JCTools are drained when they are full, by one thread at a time.
 *   <li>{@code ConcurrentLinkedQueue} has no bound. Each thread takes one batch out for each batch that it puts in.
 * </ul>
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar AppendBenchmark -t 2}; add {@code -prof gc} for the allocation.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class AppendBenchmark {
    static final int CAPACITY = Settings.DEFAULT_LOG_CAPACITY;

    @Param({"OperationLog", "getAndAdd", "ConcurrentLinkedQueue", "MpmcArrayQueue", "MpscArrayQueue"})
    String way;

    /** How many operations a batch has. */
    @Param({"1", "8", "64"})
    int batch;

    private final Object operation = "operation";
    private Appending appending;

    /** A way of putting batches in one order. */
    interface Appending {
        /** Appends a batch. Returns a value that depends on the append, so that the JIT keeps it. */
        long append(Object[] operations);
    }

    /** Makes the log or queue. */
    @Setup
    public void build() {
        appending = of(way);
    }

    /** Makes one batch and appends it. */
    @Benchmark
    public long append() {
        Object[] operations = new Object[batch];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = operation;
        }
        return appending.append(operations);
    }

    static Appending of(String way) {
        return switch (way) {
            case "OperationLog" -> new Log(new OperationLog(CAPACITY));
            case "getAndAdd" -> new Counter(new AtomicLong());
            case "ConcurrentLinkedQueue" -> new Unbounded(new ConcurrentLinkedQueue<>());
            case "MpmcArrayQueue" -> new Queue(new MpmcVarHandleArrayQueue<>(CAPACITY), new AtomicBoolean());
            case "MpscArrayQueue" -> new Queue(new MpscVarHandleArrayQueue<>(CAPACITY), new AtomicBoolean());
            default ->
                throw new IllegalArgumentException("a way to append must be one of those of this class: way=" + way);
        };
    }

    /** The log of this library. */
    record Log(OperationLog log) implements Appending {
        @Override
        public long append(Object[] operations) {
            LogEntry entry = new LogEntry(operations); // belongs to no replica, so no thread applies it
            while (!log.tryAppend(entry)) {
                log.advanceHead(log.tail());
            }
            return entry.firstWrite;
        }
    }

    private record Counter(AtomicLong next) implements Appending {
        @Override
        public long append(Object[] operations) {
            return next.getAndAdd(operations.length);
        }
    }

    private record Unbounded(ConcurrentLinkedQueue<Object[]> queue) implements Appending {
        @Override
        public long append(Object[] operations) {
            queue.offer(operations);
            return queue.poll().length; // never null: each thread has put a batch in first
        }
    }

    private record Queue(MessagePassingQueue<Object[]> queue, AtomicBoolean emptying) implements Appending {
        @Override
        public long append(Object[] operations) {
            while (!queue.relaxedOffer(operations)) {
                if (!emptying.getPlain() && emptying.compareAndSet(false, true)) {
                    queue.drain(taken -> {}, CAPACITY);
                    emptying.setRelease(false);
                } else {
                    Thread.onSpinWait();
                }
            }
            return operations.length;
        }
    }
}
