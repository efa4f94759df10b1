package org.nr4j.bench;

import java.util.concurrent.TimeUnit;
import org.nr4j.topology.NumaTopology;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Measures reads and writes of one structure by all threads, in operations a microsecond. The subclasses say which
 * structure it is, and in what ways it is shared.
 *
 * <p>Options for all of them:
 *
 * <ul>
 *   <li>{@code -t}: the number of threads
 *   <li>{@code -p writes=0,80}: the share of writes
 *   <li>{@code -p replicas=2}: the number of replicas
 *   <li>{@code -jvmArgsAppend -XX:+UseParallelGC}: another collector
 *   <li>{@code -prof gc}: the allocation
 *   <li>{@code -t 1 -p way=nr,bare}: what safety costs. {@code bare} is safe with one thread only
 * </ul>
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public abstract class SharedBenchmark {
    @Param("10000")
    int entries;

    /** The share of writes, in per cent. */
    @Param({"0", "10", "50", "80", "100"})
    int writes;

    @Param("1")
    int replicas;

    private Workload workload;

    /** Creates the structure, shared in the way that was asked for. */
    abstract Workload newWorkload(Workload.Size size, NumaTopology topology);

    /** Builds the structure and the operations. */
    @Setup
    public void build(BenchmarkParams params) {
        if (params.getThreads() > 1 && params.getParam("way").equals(Shared.BARE)) {
            throw new IllegalArgumentException("the bare structure is for one thread: way=bare threads="
                    + params.getThreads() + "; use -t 1, or leave it out of -p way");
        }
        workload = newWorkload(new Workload.Size(entries, replicas), NumaTopology.detect());
    }

    /** Closes the structure. */
    @TearDown
    public void close() {
        workload.close();
    }

    /** Runs one read or write. */
    @Benchmark
    public Object operation(Dice dice) {
        return workload.run(dice.roll(), writes);
    }
}
