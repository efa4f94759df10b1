package org.nr4j.examples;

import org.nr4j.examples.ycsb.YcsbProgram;

/**
 * A real workload on {@link org.nr4j.kv.KeyValueStore}: the core workloads A to F of YCSB, the Yahoo! Cloud Serving
 * Benchmark, over a million records of 1 KB. Shows how far loading and running have come, prints a table of latencies
 * for each workload, and in the end looks whether all records are there.
 *
 * <p>Run: {@code MAVEN_OPTS=-Xmx4g ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.Ycsb}, with options in {@code -Dexec.args="--workloads ae --operations 200000"};
 * {@code --help} lists them. {@code --store skiplist} runs the same on the JDK's {@code ConcurrentSkipListMap}.
 *
 * <p>A heap of 1.6 GB is the least for a million records and one replica; each further replica takes 1.4 GB more. With
 * less the program says how much it needs, and ends.
 *
 * <p>Each thread begins an operation when the one before has ended, as in YCSB without a target rate: a pause of the
 * collector counts once for each thread, not for all that would have come meanwhile. Figures include what the compiler
 * needs to warm up; to compare stores, do more operations.
 */
public final class Ycsb {
    private Ycsb() {}

    public static void main(String[] args) {
        int exitCode = YcsbProgram.run(args);
        if (exitCode != YcsbProgram.OK) {
            System.exit(exitCode);
        }
    }
}
