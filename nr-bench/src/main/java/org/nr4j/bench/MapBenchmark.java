package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Reads and writes of one map by all threads: node replication against what one would use instead, in one run. Writes
 * replace the value of a key.
 *
 * <p>{@code jdk} is {@code ConcurrentHashMap} or {@code ConcurrentSkipListMap}; {@code persistent} a map of Vavr that
 * writes replace by compareAndSet of the one reference to it.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar bench.MapBenchmark -t 2}; {@code -p way=nr,synchronized} for some
 * of the ways only; {@code -p structure=HashMap,ZipfianHashMap -p way=nr,jdk,NonBlockingHashMap} for uneven keys, and
 * for the hash map of JCTools; {@code -p entries=1000000}, or 16000000 with {@code -jvmArgsAppend -Xmx8g}, for maps
 * that the caches do not hold.
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
