package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures a sorted set. Reads look for a number; writes add or remove one. At any time, half of the numbers are in the
 * set. The writes change the shape of the tree, unlike those of {@link MapBenchmark}.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar SortedSetBenchmark -t 2}
 */
public class SortedSetBenchmark extends SharedBenchmark {
    @Param({
        "nr",
        "synchronized",
        "ReentrantLock",
        "ReadWriteLock",
        "StampedLock",
        "FlatCombining",
        "ConcurrentSkipListSet"
    })
    String way;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of("SortedSet", way, size, topology);
    }
}
