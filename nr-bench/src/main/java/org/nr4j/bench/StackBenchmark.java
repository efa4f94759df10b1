package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures a stack. Reads look at its top; writes push or pop. All operations use the same place, so no two can run at
 * the same time. The fastest way is the one that passes this place on most quickly.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar StackBenchmark -t 2}
 */
public class StackBenchmark extends SharedBenchmark {
    @Param({
        "nr",
        "synchronized",
        "ReentrantLock",
        "ReadWriteLock",
        "StampedLock",
        "FlatCombining",
        "ConcurrentLinkedDeque",
        "LinkedBlockingDeque",
        "Treiber"
    })
    String way;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of("Stack", way, size, topology);
    }
}
