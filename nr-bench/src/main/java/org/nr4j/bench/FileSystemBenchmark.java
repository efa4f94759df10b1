package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * A file system in memory, in which reads fetch a block of a file and writes replace one ({@link FileSystemSubject}):
 * an operation that is long for its path, and copies. Under node replication, over several logs ({@code cnr4}), and
 * under one lock. {@code entries} are files.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar FileSystemBenchmark -t 2}
 */
public class FileSystemBenchmark extends SharedBenchmark {
    @Param({"nr", "cnr4", "synchronized", "ReentrantLock", "ReadWriteLock", "StampedLock", "FlatCombining"})
    String way;

    @Override
    Workload newWorkload(Workload.Size size, NumaTopology topology) {
        return Structures.of("FileSystem", way, size, topology);
    }
}
