package org.nr4j.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a server, by the names that Redis gives them. They come from flags. CONFIG SET changes some of them
 * later. For any number of threads.
 */
public final class Settings {
    private static final long MEBIBYTE = 1L << 20;

    /** The value of a port on which the server does not listen. */
    private static final String OFF = "off";

    /** The port for HTTP is so many above that of Redis clients, if no flag names it. */
    private static final int HTTP_PORT_DISTANCE = 2_000;

    /** How a parameter may be changed, and what it may be. */
    private enum Kind {
        FIXED,
        NUMBER,
        TEXT,
        YES_OR_NO
    }

    private record Parameter(Kind kind, String initial) {}

    private static final Map<String, Parameter> PARAMETERS = new TreeMap<>(Map.ofEntries(
            Map.entry("port", new Parameter(Kind.FIXED, "6379")),
            Map.entry("http-port", new Parameter(Kind.FIXED, "")),
            Map.entry("http-timeout", new Parameter(Kind.NUMBER, "60")),
            Map.entry("http-max-body-len", new Parameter(Kind.NUMBER, Long.toString(64 * MEBIBYTE))),
            Map.entry("bind", new Parameter(Kind.FIXED, "127.0.0.1")),
            Map.entry("dir", new Parameter(Kind.FIXED, "")),
            Map.entry("appendonly", new Parameter(Kind.FIXED, "no")),
            Map.entry("appendfsync", new Parameter(Kind.FIXED, "everysec")),
            Map.entry("databases", new Parameter(Kind.FIXED, "16")),
            Map.entry("io-threads", new Parameter(Kind.FIXED, "0")),
            Map.entry("save", new Parameter(Kind.TEXT, "")),
            Map.entry("requirepass", new Parameter(Kind.TEXT, "")),
            Map.entry("maxclients", new Parameter(Kind.NUMBER, "10000")),
            Map.entry("timeout", new Parameter(Kind.NUMBER, "0")),
            Map.entry("maxmemory", new Parameter(Kind.NUMBER, "0")),
            Map.entry("maxmemory-policy", new Parameter(Kind.TEXT, "noeviction")),
            Map.entry("proto-max-bulk-len", new Parameter(Kind.NUMBER, Long.toString(512 * MEBIBYTE))),
            Map.entry("client-query-buffer-limit", new Parameter(Kind.NUMBER, Long.toString(1024 * MEBIBYTE))),
            Map.entry("slowlog-max-len", new Parameter(Kind.NUMBER, "128")),
            Map.entry("lazyfree-lazy-user-del", new Parameter(Kind.YES_OR_NO, "no"))));

    private final Map<String, String> values = new ConcurrentHashMap<>();

    /** Creates the default settings. */
    public Settings() {
        PARAMETERS.forEach((name, parameter) -> values.put(name, parameter.initial));
    }

    /**
     * Reads flags: {@code --name value}.
     *
     * @throws IllegalArgumentException if a flag is unknown, or a value is not valid
     */
    public static Settings parse(List<String> flags) {
        Settings settings = new Settings();
        for (int i = 0; i < flags.size(); i += 2) {
            String flag = flags.get(i);
            String name = flag.startsWith("--") ? flag.substring(2).toLowerCase(Locale.ROOT) : "";
            if (!PARAMETERS.containsKey(name)) {
                throw new IllegalArgumentException("a flag must be known: flag=" + flag + " known=--"
                        + String.join(" --", PARAMETERS.keySet()) + "; correct it");
            }
            if (i + 1 == flags.size()) {
                throw new IllegalArgumentException("a flag must have a value: flag=" + flag + "; add it");
            }
            settings.initialize(name, flags.get(i + 1));
        }
        settings.requirePasswordIfOpen();
        return settings;
    }

    private void initialize(String name, String value) {
        switch (name) {
            case "port" -> requireNumber(name, value, 65_535);
            case "http-port" -> requireHttpPort(value);
            case "io-threads" -> requireNumber(name, value, 256);
            case "appendfsync" -> requireOneOf(name, value, List.of("always", "everysec", "no"));
            case "dir" -> values.put("appendonly", "yes");
            case "databases", "appendonly" ->
                throw new IllegalArgumentException("a flag must be one that can be set: flag=--" + name
                        + "; leave it out, and use --dir for a log");
            default -> requireValid(name, value);
        }
        values.put(name, value);
    }

    private void requireValid(String name, String value) {
        Parameter parameter = PARAMETERS.get(name);
        String problem = parameter == null || parameter.kind == Kind.FIXED ? null : problem(name, value);
        if (problem != null) {
            throw new IllegalArgumentException(
                    "a flag must have a valid value: flag=--" + name + " problem=" + problem + "; correct it");
        }
    }

    private static void requireNumber(String name, String value, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= 0 && number <= most) {
                return;
            }
        } catch (NumberFormatException e) {
            // Refused below.
        }
        throw new IllegalArgumentException(
                name + " must be a number from 0 to " + most + ": " + name + "=" + value + "; correct it");
    }

    private static void requireHttpPort(String value) {
        if (!value.isEmpty() && !value.equals(OFF)) {
            requireNumber("http-port", value, 65_535);
        }
    }

    private static void requireOneOf(String name, String value, List<String> valid) {
        if (!valid.contains(value)) {
            throw new IllegalArgumentException(
                    name + " must be one of " + String.join(", ", valid) + ": " + name + "=" + value + "; correct it");
        }
    }

    private void requirePasswordIfOpen() {
        boolean loopback = bindAddresses().stream()
                .allMatch(
                        address -> address.startsWith("127.") || address.equals("::1") || address.equals("localhost"));
        if (!loopback && !requiresPassword()) {
            throw new IllegalArgumentException("a server that others can reach must have a password: bind="
                    + text("bind") + "; add --requirepass, or bind to 127.0.0.1");
        }
    }

    // ---- CONFIG ----

    /** Returns the names of all parameters. */
    public Iterable<String> names() {
        return PARAMETERS.keySet();
    }

    /** Returns the value of a parameter. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a parameter must be known: name=" + name + "; correct it");
        }
        return value;
    }

    /** Returns why a parameter cannot have a value; null if it can. */
    public @Nullable String problem(String name, String value) {
        Parameter parameter = PARAMETERS.get(name);
        if (parameter == null) {
            return "Unknown option or number of arguments for CONFIG SET - '" + name + "'";
        }
        return switch (parameter.kind) {
            case FIXED ->
                "CONFIG SET failed (possibly related to argument '" + name + "') - can't set immutable config";
            case NUMBER ->
                value.matches("[0-9]{1,18}") ? null : invalid(name, "argument couldn't be parsed into an integer");
            case YES_OR_NO -> value.matches("yes|no") ? null : invalid(name, "argument must be 'yes' or 'no'");
            case TEXT -> null;
        };
    }

    private static String invalid(String name, String reason) {
        return "CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
    }

    /** Changes a parameter, for which {@link #problem} has found none. */
    public void set(String name, String value) {
        values.put(name, value);
    }

    // ---- parameters ----

    /** Returns the addresses to bind to. */
    public List<String> bindAddresses() {
        return List.of(text("bind").trim().split(" +"));
    }

    /** Returns the port; 0 for any. */
    public int port() {
        return Integer.parseInt(text("port"));
    }

    /** Returns the port for HTTP: 0 for any; -1 for none. Without a setting, it depends on the port. */
    public int httpPort() {
        String value = text("http-port");
        if (value.equals(OFF)) {
            return -1;
        }
        if (!value.isEmpty()) {
            return Integer.parseInt(value);
        }
        int port = port();
        return port == 0 || port + HTTP_PORT_DISTANCE > 65_535 ? 0 : port + HTTP_PORT_DISTANCE;
    }

    /** Returns how many seconds a client may take to send a request over HTTP, or to read a part of a response. */
    public long httpTimeoutSeconds() {
        return Long.parseLong(text("http-timeout"));
    }

    /** Returns how many bytes the body of a request over HTTP may have. */
    public int longestHttpBody() {
        return (int) Math.min(512 * MEBIBYTE, Long.parseLong(text("http-max-body-len")));
    }

    /** Returns the number of event loops; 0 for one a core. */
    public int eventLoops() {
        return Integer.parseInt(text("io-threads"));
    }

    /** Returns the directory of the log; null if the data is in memory only. */
    public @Nullable Path directory() {
        return text("dir").isEmpty() ? null : Path.of(text("dir"));
    }

    /** Returns when writes reach the disk: always, everysec or no. */
    public String appendFsync() {
        return text("appendfsync");
    }

    /** Whether a client must authenticate. */
    public boolean requiresPassword() {
        return !password().isEmpty();
    }

    /** Returns the password; empty for none. */
    public String password() {
        return text("requirepass");
    }

    /** Returns how many clients may be connected. */
    public long mostClients() {
        return Long.parseLong(text("maxclients"));
    }

    /** Returns how many bytes an argument may have. */
    public int longestArgument() {
        return (int) Math.min(512 * MEBIBYTE, Long.parseLong(text("proto-max-bulk-len")));
    }

    /** Returns how many bytes the arguments of a request may have. */
    public long longestRequest() {
        return Long.parseLong(text("client-query-buffer-limit"));
    }

    /** Returns how many bytes may wait to be sent to a subscriber. */
    public long longestPubSubOutput() {
        return 32 * MEBIBYTE;
    }

    /** Returns after how many seconds without a request a connection is closed; 0 for never. */
    public long idleSeconds() {
        return Long.parseLong(text("timeout"));
    }
}
