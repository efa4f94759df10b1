package org.nr4j.server.metrics;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;

/** The figures of the JVM. */
final class JvmMetrics {
    private static final double MILLIS = 1e3;

    private final PrometheusText out;

    JvmMetrics(PrometheusText out) {
        this.out = out;
    }

    void write() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        out.gauge("jvm_memory_used_bytes", "Memory in use.");
        out.sample("jvm_memory_used_bytes", heap.getUsed(), "area", "heap");
        out.sample("jvm_memory_used_bytes", other.getUsed(), "area", "nonheap");
        out.gauge("jvm_memory_committed_bytes", "Memory that the JVM has from the system.");
        out.sample("jvm_memory_committed_bytes", heap.getCommitted(), "area", "heap");
        out.sample("jvm_memory_committed_bytes", other.getCommitted(), "area", "nonheap");
        out.gauge("jvm_memory_max_bytes", "Memory that the heap may take.");
        out.sample("jvm_memory_max_bytes", heap.getMax(), "area", "heap");
        out.counter("jvm_gc_collections_total", "Garbage collections.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.sample("jvm_gc_collections_total", collector.getCollectionCount(), "gc", collector.getName());
        }
        out.counter("jvm_gc_seconds_total", "Time of garbage collections.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.sample("jvm_gc_seconds_total", collector.getCollectionTime() / MILLIS, "gc", collector.getName());
        }
        out.gauge("jvm_threads", "Threads.", ManagementFactory.getThreadMXBean().getThreadCount());
        Duration cpu = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        out.counter("process_cpu_seconds_total", "Time on a cpu.", cpu.toMillis() / MILLIS);
    }
}
