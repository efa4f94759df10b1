package org.nr4j.examples;

import org.nr4j.examples.ycsb.YcsbProgram;

/**
 * A real workload on {@link org.nr4j.kv.KeyValueStore}: the core workloads A to F of YCSB, the Yahoo! Cloud Serving
 * Benchmark, over a million records of 1 KB. The program shows its progress and prints a table of latencies for each
 * workload. At the end it checks that all records are there.
 *
 * <p>Run: {@code MAVEN_OPTS=-Xmx4g ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.Ycsb}, with options in {@code -Dexec.args="--workloads ae --operations 200000"};
 * {@code --help} lists them. {@code --store skiplist} runs the same on the JDK's {@code ConcurrentSkipListMap}.
 *
 * <p>A million records and one replica need a heap of at least 1.6 GB; each further replica takes 1.4 GB more. With
 * less, the program says how much it needs, and ends.
 *
 * <p>Each thread begins an operation when the one before has ended, as in YCSB without a target rate. A pause of the
 * collector therefore counts once for each thread, and not for all operations that would have arrived meanwhile. The
 * figures include the compiler's warm-up. To compare stores, run more operations.
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
