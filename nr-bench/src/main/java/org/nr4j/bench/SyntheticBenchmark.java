package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Shows how the amount of memory that an operation touches decides which way is fastest. An operation reads or
 * increments {@code lines} cache lines out of {@code entries} ({@link SyntheticSubject}). With few lines, the costs of
 * sharing dominate. With many lines, the costs of the structure itself dominate, and of moving its lines between nodes.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar SyntheticBenchmark -t 2 -p lines=1,8,64 -p entries=1000,1000000}
 */
public class SyntheticBenchmark extends SharedBenchmark {
    @Param({"nr", "synchronized", "ReentrantLock", "ReadWriteLock", "StampedLock", "FlatCombining"})
    String way;

    @Param({"1", "8", "64"})
    int lines;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of(new SyntheticSubject(size.entries(), lines), way, size.replicas(), topology);
    }
}
