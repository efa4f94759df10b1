package org.nr4j.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nr4j.topology.NumaTopology;

/**
 * The conditions of a result: the JVM, the kernel, the cpus and how they are run, the commit. It is the first line of
 * every file of results. A condition that the program cannot find out is {@code unknown}.
 *
 * @param facts by name, in the order in which they are written: numbers and texts
 */
record Environment(Map<String, Object> facts) {
    static final String UNKNOWN = "unknown";

    /** A file that the build writes, with the commit that it compiled. */
    private static final String COMMIT = "commit.txt";

    private static final String CPUS = "sys/devices/system/cpu";

    /** Returns the environment of this process. */
    static Environment detect() {
        return read(Path.of("/"), NumaTopology.detect(), commit());
    }

    /** Returns the environment of this JVM on a machine whose {@code /proc} and {@code /sys} are below {@code root}. */
    static Environment read(Path root, NumaTopology topology, String commit) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put(
                "jdk",
                System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.name") + " "
                        + System.getProperty("java.runtime.version"));
        facts.put("flags", String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        facts.put("collector", collector());
        facts.put("heap_mib", Runtime.getRuntime().maxMemory() >> 20);
        facts.put("kernel", kernel(root));
        facts.put("arch", System.getProperty("os.arch"));
        facts.put("cpu", cpuModel(root));
        facts.put("cpus", cpus(topology));
        facts.put("nodes", topology.nodeCount());
        facts.put("topology", topology.toString());
        facts.put("governor", governor(root));
        facts.put("thp", chosen(firstLine(root.resolve("sys/kernel/mm/transparent_hugepage/enabled"))));
        facts.put("numa_balancing", firstLine(root.resolve("proc/sys/kernel/numa_balancing")));
        facts.put("commit", commit);
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return new Environment(facts);
    }

    /** Returns one line of JSON. */
    String toJson() {
        return Json.text(Map.of("environment", facts));
    }

    /** Returns how many cpus this process may use. */
    static int cpus(NumaTopology topology) {
        return topology.nodes().stream().mapToInt(node -> node.cpus().size()).sum();
    }

    private static String collector() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", "));
    }

    private static String kernel(Path root) {
        String release = firstLine(root.resolve("proc/sys/kernel/osrelease"));
        return release.equals(UNKNOWN) ? UNKNOWN : System.getProperty("os.name") + " " + release;
    }

    /** Returns the model, on x86; kernels of other architectures give numbers that need a manual. */
    private static String cpuModel(Path root) {
        try (Stream<String> lines = Files.lines(root.resolve("proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** Returns the governor of all cpus; several names if they differ. */
    private static String governor(Path root) {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> cpus = Files.newDirectoryStream(root.resolve(CPUS), "cpu[0-9]*")) {
            cpus.forEach(cpu -> names.add(firstLine(cpu.resolve("cpufreq/scaling_governor"))));
        } catch (IOException e) {
            return UNKNOWN;
        }
        return names.isEmpty() ? UNKNOWN : String.join(", ", names);
    }

    /** Returns the choice from a kernel's list, which marks the choice with brackets. */
    private static String chosen(String choices) {
        int open = choices.indexOf('[');
        int close = choices.indexOf(']');
        return open >= 0 && close > open ? choices.substring(open + 1, close) : choices;
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .orElse(UNKNOWN);
        } catch (IOException | UncheckedIOException e) {
            return UNKNOWN;
        }
    }

    private static String commit() {
        try (InputStream file = Environment.class.getResourceAsStream(COMMIT)) {
            String commit = file == null ? "" : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
            return commit.isEmpty() ? UNKNOWN : commit;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
