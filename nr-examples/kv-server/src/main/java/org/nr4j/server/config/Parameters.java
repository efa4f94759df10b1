package org.nr4j.server.config;

import static org.nr4j.server.config.Parameter.events;
import static org.nr4j.server.config.Parameter.memory;
import static org.nr4j.server.config.Parameter.number;
import static org.nr4j.server.config.Parameter.oneOf;
import static org.nr4j.server.config.Parameter.text;
import static org.nr4j.server.config.Parameter.truth;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.config.Parameter.Change;

/** The table of all parameters. */
final class Parameters {
    private static final long MEBIBYTE = 1L << 20;

    static final int LAST_PORT = 65_535;

    /** The value of a port on which the server does not listen. */
    static final String OFF = "off";

    private static final List<String> POLICIES =
            List.of("volatile-lru", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-random", "noeviction");

    private static final Map<String, Parameter> TABLE = new TreeMap<>();

    static {
        add(number("port", 6_379, 0, LAST_PORT).fixed());
        add(new Parameter("http-port", "", Change.AT_START, false, Parameters::httpPort));
        add(number("http-timeout", 60, 0, Integer.MAX_VALUE).fixed());
        add(memory("http-max-body-len", 64 * MEBIBYTE, 0).fixed());
        add(text("bind", "127.0.0.1").words().fixed());
        add(text("dir", "").fixed());
        add(truth("appendonly", false).fixed());
        add(oneOf("appendfsync", "everysec", List.of("everysec", "always", "no"))
                .fixed());
        add(oneOf("cluster", "", List.of("", "raft")).fixed());
        add(text("id", "").fixed());
        add(text("peers", "").fixed());
        add(number("cluster-timeout", 5_000, 100, 600_000).fixed());
        add(truth("cluster-lease", false).fixed());
        add(truth("cluster-insecure", false).fixed());
        add(number("cluster-election-timeout", 300, 50, 60_000).fixed());
        add(number("cluster-snapshot-entries", 100_000, 100, Long.MAX_VALUE).fixed());
        add(number("databases", 16, 16, 16).fixed());
        add(number("io-threads", 0, 0, 256).fixed());
        add(truth("io-threads-pin", true).fixed());
        add(number("tls-port", 0, 0, LAST_PORT).fixed());
        add(text("tls-cert-file", "").fixed());
        add(text("tls-key-file", "").fixed());
        add(text("tls-key-file-pass", "").fixed());
        add(text("tls-ca-cert-file", "").fixed());
        add(oneOf("tls-auth-clients", "yes", List.of("no", "yes", "optional")).fixed());
        add(text("save", "").words());
        add(text("requirepass", ""));
        add(text("aclfile", "").fixed());
        add(number("acllog-max-len", 128, 0, Long.MAX_VALUE));
        add(number("maxclients", 10_000, 1, (1L << 32) - 1));
        add(number("tracking-table-max-keys", 1_000_000, 0, Long.MAX_VALUE));
        add(number("timeout", 0, 0, Integer.MAX_VALUE));
        add(memory("maxmemory", 0, 0));
        add(oneOf("maxmemory-policy", "noeviction", POLICIES));
        add(number("maxmemory-samples", 5, 1, 64));
        add(memory("proto-max-bulk-len", 512 * MEBIBYTE, MEBIBYTE));
        add(memory("client-query-buffer-limit", 1_024 * MEBIBYTE, MEBIBYTE));
        add(events("notify-keyspace-events"));
        add(number("slowlog-max-len", 128, 0, Long.MAX_VALUE));
        add(number("slowlog-log-slower-than", 10_000, -1, Long.MAX_VALUE));
        add(number("latency-monitor-threshold", 0, 0, Long.MAX_VALUE));
        add(truth("latency-tracking", true));
        add(truth("lazyfree-lazy-user-del", false));
    }

    private Parameters() {}

    /** A number, empty for the default, or off. */
    private static String httpPort(String name, String value) {
        return value.isEmpty() || value.equals(OFF)
                ? value
                : number(name, 0, 0, LAST_PORT).normal(value);
    }

    private static void add(Parameter parameter) {
        TABLE.put(parameter.name(), parameter);
    }

    static Set<String> names() {
        return TABLE.keySet();
    }

    /** Returns the parameter of a name in lower case; null if there is none. */
    static @Nullable Parameter find(String name) {
        return TABLE.get(name);
    }
}
