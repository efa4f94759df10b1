package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Compares a map in parts under several logs ({@code cnr2} has two logs) with other ways to share it: node replication
 * with one log, parts with a lock each, parts with an instance of node replication each, and the concurrent map of the
 * JDK ({@link PartitionedMapSubject}). With several logs, writes to different parts can run at the same time.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar CnrBenchmark -t 2}. With {@code -p replicas=2}, writes go through
 * the logs. {@code -p across=10 -p way=nr,cnr4,striped64} makes ten in a thousand operations span several parts. The
 * other ways do not have such operations.
 */
public class CnrBenchmark extends SharedBenchmark {
    @Param({"nr", "cnr1", "cnr2", "cnr4", "instances4", "striped64", "jdk"})
    String way;

    @Param("TreeMap")
    String structure;

    /** How many of a thousand operations span several parts. */
    @Param("0")
    int across;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        MapSubject.Kind kind = MapSubject.Kind.of(structure);
        return Structures.of(new PartitionedMapSubject(kind, size.entries(), across), way, size.replicas(), topology);
    }
}
