package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures the address space of a process, a radix tree of four levels ({@link AddressSpaceSubject}). Reads resolve a
 * page; writes map or unmap one. The rival is the skip list that a program could use without writing a structure.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar AddressSpaceBenchmark -t 2}
 */
public class AddressSpaceBenchmark extends SharedBenchmark {
    @Param({
        "nr",
        "synchronized",
        "ReentrantLock",
        "ReadWriteLock",
        "StampedLock",
        "FlatCombining",
        "ConcurrentSkipListMap"
    })
    String way;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of("AddressSpace", way, size, topology);
    }
}
