package org.nr4j.examples;

import org.nr4j.examples.demo.DemoProgram;

/**
 * Runs the demo. It finds the machine's NUMA nodes, replicates a structure over them, and lets real threads run a mixed
 * workload on it. In turn with this, the threads use the same structure behind locks, and the JDK's concurrent class.
 * The demo checks that all replicas are equal and that every write is accounted for. Then it prints a comparison.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java}, with options in {@code -Dexec.args="--structure map
 * --writes 50"}; {@code --help} lists them.
 *
 * <p>To learn how to use the library, see the examples beside this class, which are shorter.
 */
public final class Demo {
    private Demo() {}

    public static void main(String[] args) {
        int exitCode = DemoProgram.run(args);
        if (exitCode != DemoProgram.OK) {
            System.exit(exitCode);
        }
    }
}
