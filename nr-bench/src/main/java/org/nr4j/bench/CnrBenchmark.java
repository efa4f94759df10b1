package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * A map in parts under several logs ({@code cnr2} has two), against the same map under node replication with one log,
 * against parts with a lock or an instance of node replication each, and against the concurrent map of the JDK
 * ({@link PartitionedMapSubject}). What there is to win is that writes to different parts run at once.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar CnrBenchmark -t 2}; with {@code -p replicas=2} through the logs.
 * {@code -p across=10 -p way=nr,cnr4,striped64} makes ten in a thousand operations be of several parts, which the other
 * ways do not have.
 */
public class CnrBenchmark extends SharedBenchmark {
    @Param({"nr", "cnr1", "cnr2", "cnr4", "instances4", "striped64", "jdk"})
    String way;

    @Param("TreeMap")
    String structure;

    /** In a thousand. */
    @Param("0")
    int across;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        MapSubject.Kind kind = MapSubject.Kind.of(structure);
        return Structures.of(new PartitionedMapSubject(kind, size.entries(), across), way, size.replicas(), topology);
    }
}
