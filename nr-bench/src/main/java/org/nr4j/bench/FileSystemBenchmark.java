package org.nr4j.bench;

import org.nr4j.topology.NumaTopology;
import org.openjdk.jmh.annotations.Param;

/**
 * Measures a file system in memory ({@link FileSystemSubject}): reads fetch a block of a file, writes replace one. An
 * operation is long because it follows a path and copies. The ways are node replication, several logs ({@code cnr4})
 * and one lock. {@code entries} is the number of files.
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
