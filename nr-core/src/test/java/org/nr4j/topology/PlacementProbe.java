package org.nr4j.topology;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A program that places threads and prints the result, one {@code key=value} a line. Its arguments are a command and
 * the arguments of that command. Tests run it in a JVM of its own, because its restrictions cannot be lifted again.
 */
final class PlacementProbe {
    private PlacementProbe() {}

    /**
     * Runs one command.
     *
     * <ul>
     *   <li>{@code detect} places a thread on each node of this machine.
     *   <li>{@code look SYSFS ALLOWED} places no thread.
     *   <li>{@code place SYSFS ALLOWED} places a thread on each node.
     *   <li>{@code replicate SYSFS ALLOWED} makes replicas without placement and then with it.
     * </ul>
     */
    public static void main(String[] args) throws InterruptedException {
        NumaTopology topology =
                args[0].equals("detect") ? NumaTopology.detect() : NumaTopology.parse(Path.of(args[1]), args[2]);
        if (args[0].equals("replicate")) {
            print("simulated", countToThree(NumaTopology.simulated(2, 1)));
            print("real", countToThree(topology));
            return;
        }
        print("topology", topology);
        print("currentNode", topology.currentNode());
        if (!args[0].equals("look")) {
            for (int node = 0; node < topology.nodeCount(); node++) {
                int index = node;
                run(topology, index, () -> print("thread." + index, ownCpus() + " node " + topology.currentNode()));
                topology.runOn(index, () -> print("runOn." + index, ownCpus() + " node " + topology.currentNode()));
            }
            print("main", ownCpus());
        }
        print("placement", topology.placement());
    }

    /** A count. */
    private static final class Count implements Dispatch<String, String, Integer> {
        private int count;

        @Override
        public Integer dispatch(String op) {
            return count;
        }

        @Override
        public Integer dispatchMut(String op) {
            return ++count;
        }
    }

    /** What a replica on each node counts, by a thread on each node, and what placement obtained. */
    private static String countToThree(NumaTopology topology) throws InterruptedException {
        try (NodeReplicated<String, String, Integer> count = NodeReplicated.builder(Count::new)
                .topology(topology)
                .replicas(topology.nodeCount())
                .build()) {
            count.executeMut("increment");
            for (int node = 0; node < topology.nodeCount(); node++) {
                run(topology, node, () -> count.executeMut("increment"));
            }
            return count.execute("read") + " " + count.stats().placement();
        }
    }

    /** The cpus that the calling thread may run on, as the kernel says. */
    static String ownCpus() {
        return CpuList.format(Sysfs.allowedCpus(Path.of("/proc/thread-self/status")));
    }

    /** Runs the probe in a JVM of its own and returns what it printed, on both streams. */
    static List<String> fork(List<String> prefix, List<String> jvmOptions, String classPath, String... args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, PlacementProbe.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        if (process.waitFor() != 0) {
            throw new AssertionError("the probe must end well: " + command + " printed " + lines);
        }
        return lines;
    }

    private static void run(NumaTopology topology, int node, Runnable task) throws InterruptedException {
        Thread thread = topology.threadFactory(node).newThread(task);
        thread.start();
        thread.join();
    }

    private static Object print(String key, Object value) {
        System.out.println(key + "=" + value);
        return value;
    }
}
