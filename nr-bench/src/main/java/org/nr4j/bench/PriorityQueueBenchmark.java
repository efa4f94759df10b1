package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures a priority queue. Reads look at the first element; writes offer or poll one ({@link PriorityQueueSubject}).
 * The JDK has no concurrent queue that scales: {@code PriorityBlockingQueue} is one lock, and in a skip list all
 * threads poll at the same end.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar PriorityQueueBenchmark -t 2 -p writes=50}
 */
public class PriorityQueueBenchmark extends SharedBenchmark {
    @Param({
        "nr",
        "synchronized",
        "ReentrantLock",
        "ReadWriteLock",
        "StampedLock",
        "FlatCombining",
        "PriorityBlockingQueue",
        "ConcurrentSkipListSet"
    })
    String way;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of("PriorityQueue", way, size, topology);
    }
}
