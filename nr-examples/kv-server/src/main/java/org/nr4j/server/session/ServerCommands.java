package org.nr4j.server.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** Commands on the server itself. */
final class ServerCommands {
    /** The version of Redis whose commands and replies these are. */
    static final String VERSION = "7.2.0";

    private static final long MILLIS = 1_000;

    private ServerCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("TIME", ServerCommands::time);
        bodies.put(
                "LASTSAVE",
                (session, args) -> session.out().integer(session.server().started() / MILLIS));
        bodies.put("ROLE", ServerCommands::role);
        bodies.put("INFO", ServerCommands::info);
    }

    private static void time(Session session, byte[][] args) {
        long nanos = System.currentTimeMillis() * 1_000_000 + System.nanoTime() % 1_000_000;
        session.out().array(2);
        session.out().bulk(Long.toString(nanos / 1_000_000_000));
        session.out().bulk(Long.toString(nanos % 1_000_000_000 / 1_000));
    }

    private static void role(Session session, byte[][] args) {
        session.out().array(3);
        session.out().bulk("master");
        session.out().integer(0);
        session.out().array(0);
    }

    // ---- INFO ----

    private static void info(Session session, byte[][] args) {
        StringBuilder text = new StringBuilder();
        sections(session).forEach((name, fields) -> {
            if (isWanted(args, name)) {
                text.append(text.isEmpty() ? "" : "\r\n")
                        .append("# ")
                        .append(name)
                        .append("\r\n");
                fields.forEach((field, value) ->
                        text.append(field).append(':').append(value).append("\r\n"));
            }
        });
        session.out().verbatim(text.toString());
    }

    private static boolean isWanted(byte[][] args, String name) {
        if (args.length == 1) {
            return true;
        }
        for (int i = 1; i < args.length; i++) {
            String wanted = Ascii.text(args[i]);
            if (wanted.equalsIgnoreCase(name)
                    || wanted.equalsIgnoreCase("all")
                    || wanted.equalsIgnoreCase("default")
                    || wanted.equalsIgnoreCase("everything")) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, Map<String, Object>> sections(Session session) {
        ServerState server = session.server();
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        sections.put("Server", serverSection(server));
        sections.put(
                "Clients",
                fields(
                        "connected_clients",
                        server.clientCount(),
                        "maxclients",
                        server.settings().mostClients()));
        sections.put("Memory", memorySection(server));
        sections.put(
                "Persistence",
                fields(
                        "loading",
                        0,
                        "aof_enabled",
                        server.settings().directory() == null ? 0 : 1,
                        "rdb_bgsave_in_progress",
                        0,
                        "rdb_last_save_time",
                        server.started() / MILLIS));
        sections.put(
                "Stats",
                fields(
                        "total_connections_received", server.stats().connections.sum(),
                        "total_commands_processed", server.stats().commands.sum(),
                        "rejected_connections",
                                server.stats().refusedConnections.sum(),
                        "pubsub_patterns", server.pubSub().patterns()));
        sections.put("Replication", fields("role", "master", "connected_slaves", 0));
        sections.put("Cluster", fields("cluster_enabled", 0));
        sections.put("Keyspace", keyspace(server));
        return sections;
    }

    private static Map<String, Object> serverSection(ServerState server) {
        return fields(
                "redis_version",
                VERSION,
                "redis_mode",
                "standalone",
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                "arch_bits",
                64,
                "process_id",
                ProcessHandle.current().pid(),
                "tcp_port",
                server.settings().port(),
                "uptime_in_seconds",
                (System.currentTimeMillis() - server.started()) / MILLIS);
    }

    private static Map<String, Object> memorySection(ServerState server) {
        Runtime runtime = Runtime.getRuntime();
        return fields(
                "used_memory", runtime.totalMemory() - runtime.freeMemory(),
                "total_system_memory", runtime.maxMemory(),
                "maxmemory", server.settings().text("maxmemory"),
                "maxmemory_policy", server.settings().text("maxmemory-policy"),
                "used_memory_dataset", server.engine().store().bytes());
    }

    private static Map<String, Object> keyspace(ServerState server) {
        Map<String, Object> databases = new LinkedHashMap<>();
        long[] sizes = server.engine().databaseSizes();
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] > 0) {
                databases.put("db" + i, "keys=" + sizes[i] + ",expires=0,avg_ttl=0");
            }
        }
        return databases;
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }
}
