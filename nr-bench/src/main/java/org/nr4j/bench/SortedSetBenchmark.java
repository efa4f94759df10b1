package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * A sorted set: reads look for a number, writes add one or remove one; half of the numbers are in it. Unlike the writes
 * of {@link MapBenchmark} these change the form of the tree.
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
