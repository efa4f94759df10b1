package org.nr4j.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.nr4j.topology.NumaTopology;

/**
 * Measures how much of this process's cpus other processes and other guests of the host used during a measurement. If
 * the value is not near zero, the result shows the machine's load. One thread may use an instance.
 */
final class Disturbance {
    /** The unit of {@code /proc/stat}, on every architecture of Linux that Java runs on. */
    private static final double TICKS_A_SECOND = 100;

    /**
     * The index of the idle time. The columns after a cpu's name are user, nice, system, idle, iowait, irq, softirq and
     * steal. The first two contain the time of guests.
     */
    private static final int IDLE = 4;

    private static final int IOWAIT = 5;
    private static final int STEAL = 8;

    private final Path stat;
    private final Set<String> cpus = new HashSet<>();
    private long began;
    private double busyBefore;
    private double ownBefore;

    /** Creates an instance that reads {@code /proc/stat}. */
    Disturbance(NumaTopology topology) {
        this(topology, Path.of("/proc/stat"));
    }

    /** Creates an instance that reads a copy of {@code /proc/stat}. */
    Disturbance(NumaTopology topology, Path stat) {
        this.stat = stat;
        topology.nodes().forEach(node -> node.cpus().forEach(cpu -> cpus.add("cpu" + cpu)));
    }

    /** Starts a measurement. */
    void begin() {
        began = System.nanoTime();
        busyBefore = busySeconds();
        ownBefore = ownSeconds();
    }

    /** Returns how many cpus other processes used on average since {@link #begin}; NaN if the system does not say. */
    double cpusOfOthers() {
        double own = ownSeconds() - ownBefore;
        double busy = busySeconds() - busyBefore;
        return Math.max(0, busy - own) / ((System.nanoTime() - began) / 1e9);
    }

    /** Returns the seconds for which these cpus were not idle. */
    double busySeconds() {
        try (Stream<String> lines = Files.lines(stat)) {
            return lines.map(line -> line.split(" +"))
                    .filter(words -> cpus.contains(words[0]))
                    .mapToDouble(Disturbance::busySeconds)
                    .reduce(Double::sum)
                    .orElse(Double.NaN);
        } catch (IOException | UncheckedIOException e) {
            return Double.NaN;
        }
    }

    private static double busySeconds(String[] words) {
        long ticks = 0;
        for (int i = 1; i < words.length && i <= STEAL; i++) {
            ticks += i == IDLE || i == IOWAIT ? 0 : Long.parseLong(words[i]);
        }
        return ticks / TICKS_A_SECOND;
    }

    private static double ownSeconds() {
        long nanos = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : -1;
        return nanos < 0 ? Double.NaN : nanos / 1e9;
    }
}
