package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * A priority queue: reads look at the first element, writes offer one or poll one ({@link PriorityQueueSubject}). There
 * is no good concurrent one in the JDK: {@code PriorityBlockingQueue} is a lock, and in a skip list all threads poll at
 * the same end.
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
