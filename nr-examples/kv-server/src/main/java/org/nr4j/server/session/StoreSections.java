package org.nr4j.server.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.server.config.MemorySize;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.DatabaseInfo;

/** The sections of INFO that describe the store. */
final class StoreSections {
    private static final long PAGE = 4_096;

    private StoreSections() {}

    // ---- memory ----

    static Map<String, Object> memory(ServerState server) {
        Settings settings = server.settings();
        Runtime runtime = Runtime.getRuntime();
        long used = server.isLoaded() ? server.memory().used() : 0;
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long resident = residentBytes(runtime);
        Map<String, Object> fields = new LinkedHashMap<>();
        putSize(fields, "used_memory", used);
        putSize(fields, "used_memory_rss", resident);
        putSize(fields, "used_memory_peak", server.memory().peak());
        fields.put("used_memory_overhead", Math.max(0, heap - used));
        fields.put("used_memory_dataset", used);
        putSize(fields, "total_system_memory", runtime.maxMemory());
        putSize(fields, "used_memory_heap", heap);
        putSize(fields, "maxmemory", settings.maxMemory());
        fields.put("maxmemory_policy", settings.text("maxmemory-policy"));
        fields.put(
                "mem_fragmentation_ratio",
                String.format(Locale.ROOT, "%.2f", used == 0 ? 0 : resident / (double) used));
        fields.put("mem_not_counted_for_evict", 0);
        fields.put("mem_allocator", "jvm");
        fields.put("active_defrag_running", 0);
        fields.put("lazyfree_pending_objects", 0);
        return fields;
    }

    private static void putSize(Map<String, Object> fields, String name, long bytes) {
        fields.put(name, bytes);
        fields.put(name + "_human", MemorySize.forPeople(bytes));
    }

    /** Returns the memory that the process has of the machine; the heap's where the system does not tell. */
    private static long residentBytes(Runtime runtime) {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", -1)[1]) * PAGE;
        } catch (IOException | RuntimeException e) {
            return runtime.totalMemory();
        }
    }

    // ---- persistence ----

    static Map<String, Object> persistence(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("loading", server.isLoaded() ? 0 : 1);
        fields.put("async_loading", 0);
        if (!server.isLoaded()) {
            putLoading(fields, server.loading());
            return fields;
        }
        Persistence persistence = server.persistence();
        fields.put("rdb_changes_since_last_save", persistence.changes());
        fields.put("rdb_bgsave_in_progress", persistence.saves().isRunning() ? 1 : 0);
        fields.put("rdb_last_save_time", persistence.lastSaveSeconds());
        fields.put("rdb_last_bgsave_status", persistence.saves().status());
        fields.put("rdb_last_bgsave_time_sec", persistence.saves().lastSeconds());
        fields.put("rdb_current_bgsave_time_sec", persistence.saves().runningSeconds());
        fields.put("rdb_saves", persistence.saves().completed());
        boolean durable = server.engine().isDurable();
        fields.put("aof_enabled", durable ? 1 : 0);
        fields.put("aof_rewrite_in_progress", persistence.rewrites().isRunning() ? 1 : 0);
        fields.put("aof_rewrite_scheduled", 0);
        fields.put("aof_last_rewrite_time_sec", persistence.rewrites().lastSeconds());
        fields.put("aof_current_rewrite_time_sec", persistence.rewrites().runningSeconds());
        fields.put("aof_last_bgrewrite_status", persistence.rewrites().status());
        fields.put("aof_rewrites", persistence.rewrites().completed());
        fields.put("aof_last_write_status", persistence.takesWrites() ? "ok" : "err");
        if (durable) {
            putLog(fields, server.engine().store().durableStats());
        }
        return fields;
    }

    private static void putLoading(Map<String, Object> fields, Loading loading) {
        fields.put("loading_start_time", loading.startedSeconds());
        fields.put("loading_total_bytes", loading.total());
        fields.put("loading_loaded_bytes", loading.bytes());
        fields.put("loading_loaded_perc", String.format(Locale.ROOT, "%.2f", loading.percent()));
        fields.put("loading_eta_seconds", loading.secondsLeft());
    }

    private static void putLog(Map<String, Object> fields, DurableStats log) {
        fields.put("aof_current_size", log.segmentBytes());
        fields.put("aof_base_size", Math.max(0, log.recoveredBytes()));
        fields.put("aof_pending_rewrite", 0);
        fields.put("aof_buffer_length", 0);
        fields.put("log_bytes_written", log.bytes());
        fields.put("log_syncs", log.syncs());
        fields.put("log_longest_sync_usec", log.longestSyncNanos() / 1_000);
        fields.put("log_lag", log.lag());
        fields.put("log_snapshots", log.snapshots());
    }

    // ---- keyspace ----

    static Map<String, Object> keyspace(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        List<DatabaseInfo> databases = server.isLoaded() ? server.engine().databases() : List.of();
        for (DatabaseInfo database : databases) {
            fields.put(
                    "db" + database.number(),
                    "keys=" + database.keys() + ",expires=" + database.expiring() + ",avg_ttl="
                            + database.averageMillis());
        }
        return fields;
    }
}
