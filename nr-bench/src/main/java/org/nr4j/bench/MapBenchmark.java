package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Compares node replication with other ways to share a map, in one run. Writes replace the value of a key.
 *
 * <p>{@code jdk} is {@code ConcurrentHashMap} or {@code ConcurrentSkipListMap}. {@code persistent} is a map of Vavr; a
 * write replaces the one reference to it by compareAndSet.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar bench.MapBenchmark -t 2}
 *
 * <ul>
 *   <li>{@code -p way=nr,synchronized}: only some of the ways
 *   <li>{@code -p structure=HashMap,ZipfianHashMap -p way=nr,jdk,NonBlockingHashMap}: uneven keys, and the hash map of
 *       JCTools
 *   <li>{@code -p entries=1000000}, or 16000000 with {@code -jvmArgsAppend -Xmx8g}: maps larger than the caches
 * </ul>
 */
public class MapBenchmark extends SharedBenchmark {
    @Param({
        "nr",
        "nr-optimistic",
        "synchronized",
        "ReentrantLock",
        "ReadWriteLock",
        "StampedLock",
        "FlatCombining",
        "jdk",
        "persistent"
    })
    String way;

    @Param({"HashMap", "TreeMap"})
    String structure;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of(structure, way, size, topology);
    }
}
