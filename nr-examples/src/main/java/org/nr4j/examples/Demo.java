package org.nr4j.examples;

import org.nr4j.examples.demo.DemoProgram;

/**
 * The demo: finds the machine's NUMA nodes, replicates a structure over them, and lets real threads run a mixed
 * workload on it, in turn with the same structure behind locks and with the JDK's concurrent class. Checks that all
 * replicas are equal and that every write is accounted for, and prints a comparison.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java}, with options in
 * {@code -Dexec.args="--structure map --writes 50"}; {@code --help} lists them.
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
