package org.nr4j.server.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** The subcommands of MEMORY that describe the whole server. */
final class MemoryCommands {
    private static final long LITTLE = 5L << 20;
    private static final double NEARLY_ALL = 0.9;

    private MemoryCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("MEMORY", (session, args) -> {
            throw new CommandException("ERR wrong number of arguments for 'memory' command");
        });
        bodies.put("MEMORY|DOCTOR", (session, args) -> session.out().verbatim(diagnosis(session.server())));
        bodies.put("MEMORY|STATS", MemoryCommands::stats);
        bodies.put("MEMORY|PURGE", (session, args) -> session.out().ok());
        bodies.put(
                "MEMORY|MALLOC-STATS",
                (session, args) -> session.out().verbatim("Stats not supported for the current allocator"));
        bodies.put("MEMORY|HELP", Help::run);
    }

    private static String diagnosis(ServerState server) {
        long used = server.memory().used();
        long most = server.settings().maxMemory();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        if (most > 0 && used > most * NEARLY_ALL) {
            return "The data takes " + used + " of " + most + " bytes that maxmemory allows. Raise maxmemory, or let"
                    + " more keys expire.\n";
        }
        if (heap > runtime.maxMemory() * NEARLY_ALL) {
            return "The heap takes " + heap + " of " + runtime.maxMemory() + " bytes, garbage among them. Raise -Xmx if"
                    + " the JVM collects garbage often.\n";
        }
        return used < LITTLE
                ? "The server has too little data to have a problem with memory.\n"
                : "No problem with memory was found.\n";
    }

    private static void stats(Session session, byte[][] args) {
        ServerState server = session.server();
        Runtime runtime = Runtime.getRuntime();
        long used = server.memory().used();
        long peak = Math.max(1, server.memory().peak());
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long keys = 0;
        for (long size : server.engine().databaseSizes()) {
            keys += size;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("peak.allocated", peak);
        fields.put("total.allocated", used);
        fields.put("startup.allocated", 0L);
        fields.put("replication.backlog", 0L);
        fields.put("clients.slaves", 0L);
        fields.put("clients.normal", 0L);
        fields.put("cluster.links", 0L);
        fields.put("aof.buffer", 0L);
        fields.put("overhead.total", Math.max(0, heap - used));
        fields.put("keys.count", keys);
        fields.put("keys.bytes-per-key", keys == 0 ? 0L : used / keys);
        fields.put("dataset.bytes", used);
        fields.put("dataset.percentage", 100.0 * used / Math.max(used, heap));
        fields.put("peak.percentage", 100.0 * used / peak);
        fields.put("allocator.allocated", heap);
        fields.put("allocator.active", runtime.totalMemory());
        fields.put("allocator.resident", runtime.totalMemory());
        write(session.out(), fields);
    }

    private static void write(ReplyWriter out, Map<String, Object> fields) {
        out.map(fields.size());
        fields.forEach((name, value) -> {
            out.bulk(name);
            if (value instanceof Double number) {
                out.number(number);
            } else {
                out.integer((Long) value);
            }
        });
    }
}
