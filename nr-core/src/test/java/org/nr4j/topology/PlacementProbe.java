package org.nr4j.topology;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that places threads and prints what it got, one {@code key=value} a line. Its arguments are a command and what that
 * command needs; tests run it in a JVM of its own, under restrictions that cannot be lifted again.
 */
final class PlacementProbe {
    private PlacementProbe() {}

    /** {@code detect}, {@code look SYSFS ALLOWED} (asks only) or {@code place SYSFS ALLOWED} (places a thread on each node). */
    public static void main(String[] args) throws InterruptedException {
        NumaTopology topology =
                args[0].equals("detect") ? NumaTopology.detect() : NumaTopology.parse(Path.of(args[1]), args[2]);
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
