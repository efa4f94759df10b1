package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * How much an operation touches decides who wins: operations that read, or increment, so many cache lines out of
 * {@code entries} ({@link SyntheticSubject}). With few lines the costs of sharing count, with many those of the
 * structure itself, and of moving its lines between nodes.
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
