package org.nr4j.server.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The sections of INFO that need no store. */
final class ServerSections {
    private static final long MILLIS = 1_000;
    private static final long SECONDS_OF_A_DAY = 86_400;
    private static final String NO_ID = "0".repeat(40);

    /** Chosen at random with each start, as tools notice a restart by it. */
    private static final String RUN_ID = newId();

    private ServerSections() {}

    private static String newId() {
        byte[] bytes = new byte[20];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static Map<String, Object> server(ServerState server) {
        long uptime = (System.currentTimeMillis() - server.started()) / MILLIS;
        Path file = server.settings().file();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("redis_version", ServerCommands.VERSION);
        fields.put("redis_mode", server.settings().cluster() == null ? "standalone" : "cluster");
        fields.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        fields.put("arch_bits", System.getProperty("sun.arch.data.model", "64"));
        fields.put("java_version", System.getProperty("java.version"));
        fields.put("process_id", ProcessHandle.current().pid());
        fields.put("run_id", RUN_ID);
        fields.put("tcp_port", server.settings().port());
        fields.put("server_time_usec", System.currentTimeMillis() * MILLIS);
        fields.put("uptime_in_seconds", uptime);
        fields.put("uptime_in_days", uptime / SECONDS_OF_A_DAY);
        fields.put("config_file", file == null ? "" : file.toAbsolutePath());
        fields.put("io_threads_active", server.settings().eventLoops() == 1 ? 0 : 1);
        return fields;
    }

    static Map<String, Object> clients(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("connected_clients", server.clientCount());
        fields.put("cluster_connections", 0);
        fields.put("maxclients", server.settings().mostClients());
        fields.put("blocked_clients", server.waiters().count());
        fields.put("tracking_clients", server.tracking().clients());
        return fields;
    }

    static Map<String, Object> stats(ServerState server) {
        ServerStats stats = server.stats();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("total_connections_received", stats.connections.sum());
        fields.put("total_commands_processed", stats.commands.sum());
        fields.put("instantaneous_ops_per_sec", stats.rate.perSecond());
        fields.put("total_net_input_bytes", stats.bytesIn());
        fields.put("total_net_output_bytes", stats.bytesOut());
        fields.put("rejected_connections", stats.refusedConnections.sum());
        fields.put("expired_keys", server.isLoaded() ? server.engine().expiredKeys() : 0);
        fields.put("evicted_keys", stats.evictedKeys.sum());
        fields.put("keyspace_hits", stats.hits.sum());
        fields.put("keyspace_misses", stats.misses.sum());
        fields.put(
                "pubsub_channels",
                server.pubSub().channels(Subscriptions.Kind.CHANNEL, null).size());
        fields.put("pubsub_patterns", server.pubSub().patterns());
        fields.put(
                "pubsubshard_channels",
                server.pubSub().channels(Subscriptions.Kind.SHARD, null).size());
        fields.put("latest_fork_usec", 0);
        fields.put("tracking_total_keys", server.tracking().keys());
        fields.put("tracking_total_items", server.tracking().items());
        fields.put("tracking_total_prefixes", server.tracking().prefixes());
        fields.put("total_error_replies", stats.errors.sum());
        return fields;
    }

    static Map<String, Object> replication(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("role", "master");
        fields.put("connected_slaves", 0);
        fields.put("master_failover_state", "no-failover");
        fields.put("master_replid", RUN_ID);
        fields.put("master_replid2", NO_ID);
        fields.put("master_repl_offset", 0);
        fields.put("second_repl_offset", -1);
        fields.put("repl_backlog_active", 0);
        return fields;
    }

    // ---- cpu ----

    static Map<String, Object> cpu(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        double[] seconds = cpuSeconds();
        fields.put("used_cpu_sys", String.format(Locale.ROOT, "%.6f", seconds[1]));
        fields.put("used_cpu_user", String.format(Locale.ROOT, "%.6f", seconds[0]));
        fields.put("used_cpu_sys_children", "0.000000");
        fields.put("used_cpu_user_children", "0.000000");
        return fields;
    }

    /** Returns the time of the process in user mode and in the kernel; all in the first where the split is unknown. */
    private static double[] cpuSeconds() {
        double all = ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                / (double) MILLIS;
        try {
            String line = Files.readString(Path.of("/proc/self/stat"));
            String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            double user = Long.parseLong(words[11]);
            double kernel = Long.parseLong(words[12]);
            double ticks = Math.max(1, user + kernel);
            return new double[] {all * user / ticks, all * kernel / ticks};
        } catch (IOException | RuntimeException e) {
            return new double[] {all, 0};
        }
    }

    // ---- commands ----

    static Map<String, Object> commands(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        server.meter()
                .commands()
                .calls()
                .forEach((name, counts) -> fields.put(
                        "cmdstat_" + name,
                        String.format(
                                Locale.ROOT,
                                "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                                counts.calls(),
                                counts.micros(),
                                counts.micros() / (double) Math.max(1, counts.calls()),
                                counts.rejected(),
                                counts.failed())));
        return fields;
    }

    static Map<String, Object> errors(ServerState server) {
        Map<String, Object> fields = new LinkedHashMap<>();
        new TreeMap<>(server.stats().errorsByCode())
                .forEach((code, count) -> fields.put("errorstat_" + code, "count=" + count.sum()));
        return fields;
    }
}
