package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures any structure, shared in any of its ways. {@code nr-bench/bench} runs this benchmark. To run it alone:
 * {@code java -jar nr-bench/target/benchmarks.jar ProfileBenchmark -p structure=Stack -p way=nr,FlatCombining -p
 * writes=50 -t 2}.
 */
public class ProfileBenchmark extends SharedBenchmark {
    @Param("TreeMap")
    String structure;

    @Param("nr")
    String way;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of(structure, way, size, topology);
    }
}
