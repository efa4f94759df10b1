package org.nr4j.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a server, by the names that Redis gives them. They come from flags. CONFIG SET changes some of them
 * later. For any number of threads.
 */
public final class Settings {
    /** A parameter that may be there several times: a user with the rules. */
    private static final String USER = "user";

    private static final long MEBIBYTE = 1L << 20;

    /** How a parameter may be changed, and what it may be. */
    private enum Kind {
        FIXED,
        NUMBER,
        SIGNED,
        EVENTS,
        TEXT,
        YES_OR_NO
    }

    private record Parameter(Kind kind, String initial) {}

    private static final Map<String, Parameter> PARAMETERS = new TreeMap<>(Map.ofEntries(
            Map.entry("port", new Parameter(Kind.FIXED, "6379")),
            Map.entry("bind", new Parameter(Kind.FIXED, "127.0.0.1")),
            Map.entry("dir", new Parameter(Kind.FIXED, "")),
            Map.entry("appendonly", new Parameter(Kind.FIXED, "no")),
            Map.entry("appendfsync", new Parameter(Kind.FIXED, "everysec")),
            Map.entry("databases", new Parameter(Kind.FIXED, "16")),
            Map.entry("io-threads", new Parameter(Kind.FIXED, "0")),
            Map.entry("save", new Parameter(Kind.TEXT, "")),
            Map.entry("requirepass", new Parameter(Kind.TEXT, "")),
            Map.entry("aclfile", new Parameter(Kind.FIXED, "")),
            Map.entry("acllog-max-len", new Parameter(Kind.NUMBER, "128")),
            Map.entry("maxclients", new Parameter(Kind.NUMBER, "10000")),
            Map.entry("timeout", new Parameter(Kind.NUMBER, "0")),
            Map.entry("maxmemory", new Parameter(Kind.NUMBER, "0")),
            Map.entry("maxmemory-policy", new Parameter(Kind.TEXT, "noeviction")),
            Map.entry("proto-max-bulk-len", new Parameter(Kind.NUMBER, Long.toString(512 * MEBIBYTE))),
            Map.entry("client-query-buffer-limit", new Parameter(Kind.NUMBER, Long.toString(1024 * MEBIBYTE))),
            Map.entry("notify-keyspace-events", new Parameter(Kind.EVENTS, "")),
            Map.entry("slowlog-max-len", new Parameter(Kind.NUMBER, "128")),
            Map.entry("slowlog-log-slower-than", new Parameter(Kind.SIGNED, "10000")),
            Map.entry("latency-monitor-threshold", new Parameter(Kind.NUMBER, "0")),
            Map.entry("latency-tracking", new Parameter(Kind.YES_OR_NO, "yes")),
            Map.entry("lazyfree-lazy-user-del", new Parameter(Kind.YES_OR_NO, "no"))));

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final List<String> users = new CopyOnWriteArrayList<>();

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
            if (!PARAMETERS.containsKey(name) && !name.equals(USER)) {
                throw new IllegalArgumentException("a flag must be known: flag=" + flag + " known=--"
                        + String.join(" --", PARAMETERS.keySet()) + "; correct it");
            }
            if (i + 1 == flags.size()) {
                throw new IllegalArgumentException("a flag must have a value: flag=" + flag + "; add it");
            }
            settings.initialize(name, flags.get(i + 1));
        }
        settings.requireOneSourceOfUsers();
        settings.requirePasswordIfOpen();
        return settings;
    }

    private void initialize(String name, String value) {
        if (name.equals(USER)) {
            users.add(value);
            return;
        }
        switch (name) {
            case "port" -> requireNumber(name, value, 65_535);
            case "io-threads" -> requireNumber(name, value, 256);
            case "appendfsync" -> requireOneOf(name, value, List.of("always", "everysec", "no"));
            case "dir" -> values.put("appendonly", "yes");
            case "databases", "appendonly" ->
                throw new IllegalArgumentException("a flag must be one that can be set: flag=--" + name
                        + "; leave it out, and use --dir for a log");
            default -> requireValid(name, value);
        }
        set(name, value);
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

    private void requireOneSourceOfUsers() {
        if (!users.isEmpty() && aclFile() != null) {
            throw new IllegalArgumentException("users must come from the ACL file or from the configuration: aclfile="
                    + text("aclfile") + " user=" + users.get(0) + "; leave one out");
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
            case SIGNED ->
                value.matches("-?[0-9]{1,18}") ? null : invalid(name, "argument couldn't be parsed into an integer");
            case EVENTS ->
                EventClasses.areValid(value)
                        ? null
                        : invalid(name, "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
            case YES_OR_NO -> value.matches("yes|no") ? null : invalid(name, "argument must be 'yes' or 'no'");
            case TEXT -> null;
        };
    }

    private static String invalid(String name, String reason) {
        return "CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
    }

    /** Changes a parameter, for which {@link #problem} has found none. */
    public void set(String name, String value) {
        Parameter parameter = PARAMETERS.get(name);
        boolean events = parameter != null && parameter.kind == Kind.EVENTS;
        values.put(name, events ? EventClasses.parse(value).text() : value);
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

    /** Returns the file of users; null if there is none. */
    public @Nullable Path aclFile() {
        return text("aclfile").isEmpty() ? null : Path.of(text("aclfile"));
    }

    /** Returns the users of the configuration, each as its name and its rules. */
    public List<String> users() {
        return users;
    }

    /** Returns how many entries the log of denials has. */
    public long longestAclLog() {
        return Long.parseLong(text("acllog-max-len"));
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

    /** Returns from how many microseconds on a command is slow; a negative number for never. */
    public long slowerThanMicros() {
        return Long.parseLong(text("slowlog-log-slower-than"));
    }

    /** Returns what is published of what happens to keys. */
    public EventClasses eventClasses() {
        return EventClasses.parse(text("notify-keyspace-events"));
    }

    /** Returns how many slow commands are kept. */
    public long longestSlowLog() {
        return Long.parseLong(text("slowlog-max-len"));
    }

    /** Returns from how many milliseconds on a command is an event; 0 for never. */
    public long latencyThresholdMillis() {
        return Long.parseLong(text("latency-monitor-threshold"));
    }

    /** Whether the times of all commands are counted. */
    public boolean tracksLatency() {
        return text("latency-tracking").equals("yes");
    }

    /** Returns after how many seconds without a request a connection is closed; 0 for never. */
    public long idleSeconds() {
        return Long.parseLong(text("timeout"));
    }
}
