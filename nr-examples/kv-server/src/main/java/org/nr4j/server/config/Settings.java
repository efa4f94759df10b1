package org.nr4j.server.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.config.Parameter.Change;

/**
 * The parameters of a server, by the names that Redis gives them. They come from a file, the environment and flags.
 * CONFIG SET changes some of them later. For any number of threads.
 */
public final class Settings {
    /** The port for HTTP is so many above that of Redis clients, if no setting names it. */
    private static final int HTTP_PORT_DISTANCE = 2_000;

    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final List<String> users = new CopyOnWriteArrayList<>();

    /** The file of parameters; null without one. */
    private final @Nullable Path file;

    /** Creates the default settings. */
    Settings(@Nullable Path file) {
        this.file = file;
        for (String name : Parameters.names()) {
            values.put(name, parameter(name).initial());
        }
    }

    /**
     * Reads flags: {@code --name value}. A first argument that is no flag names a file, as {@code --config} does.
     *
     * @throws IllegalArgumentException if a name is unknown, or a value is not valid
     */
    public static Settings parse(List<String> flags) {
        return parse(flags, Map.of());
    }

    /**
     * Reads flags and the variables {@code NR4J_NAME} of an environment.
     *
     * @throws IllegalArgumentException if a name is unknown, or a value is not valid
     */
    public static Settings parse(List<String> flags, Map<String, String> environment) {
        return SettingsReader.read(flags, environment);
    }

    private static Parameter parameter(String name) {
        Parameter parameter = Parameters.find(name);
        if (parameter == null) {
            throw new IllegalArgumentException("a parameter must be known: name=" + name + "; correct it");
        }
        return parameter;
    }

    /** Puts a value that has been checked. */
    void put(String name, String value) {
        values.put(name, value);
    }

    /** Adds a user, with the rules. */
    void addUser(String user) {
        users.add(user);
    }

    /** Checks what concerns several parameters. */
    void requireConsistent() {
        requireOneSourceOfUsers();
        requirePasswordIfOpen();
        boolean log = text("appendonly").equals("yes");
        if (log && directory() == null) {
            throw new IllegalArgumentException(
                    "a log must have a directory: appendonly=yes dir=; add --dir, or leave appendonly out");
        }
        requireTlsFiles();
        ClusterSettings cluster = cluster();
        if (cluster != null) {
            cluster.requireConsistent(this);
        } else if (!text("id").isEmpty() || !text("peers").isEmpty()) {
            throw new IllegalArgumentException("a member of a cluster must name the engine: cluster= id=" + text("id")
                    + " peers=" + text("peers") + "; add --cluster raft");
        }
        put("appendonly", directory() == null ? "no" : "yes");
    }

    private void requireTlsFiles() {
        if (tlsPort() == 0) {
            return;
        }
        if (text("tls-cert-file").isEmpty() || text("tls-key-file").isEmpty()) {
            throw new IllegalArgumentException("a server with TLS must have a certificate and a key: tls-cert-file="
                    + text("tls-cert-file") + " tls-key-file=" + text("tls-key-file") + "; name both files");
        }
        if (text("tls-ca-cert-file").isEmpty() && !text("tls-auth-clients").equals("no")) {
            throw new IllegalArgumentException("a server must know whose certificates it trusts: tls-auth-clients="
                    + text("tls-auth-clients") + " tls-ca-cert-file=; add the file, or --tls-auth-clients no");
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
    public Set<String> names() {
        return Parameters.names();
    }

    /** Returns the value of a parameter. */
    public String text(String name) {
        return Objects.requireNonNull(values.get(parameter(name).name()));
    }

    boolean isDefault(String name) {
        return text(name).equals(parameter(name).initial());
    }

    /** Whether a parameter exists. */
    public boolean isKnown(String name) {
        return Parameters.find(name) != null;
    }

    /**
     * Checks that a parameter may change.
     *
     * @throws InvalidValueException if only a start can set it
     */
    public void requireChangeable(String name) {
        if (parameter(name).change() == Change.AT_START) {
            throw new InvalidValueException(name, "can't set immutable config");
        }
    }

    /**
     * Changes parameters: all or none.
     *
     * @throws InvalidValueException if a parameter cannot have its value
     */
    public synchronized void change(Map<String, String> changes) {
        Map<String, String> checked = new LinkedHashMap<>();
        changes.forEach((name, value) -> checked.put(name, parameter(name).normal(value)));
        Map<String, String> before = new LinkedHashMap<>();
        checked.forEach((name, value) -> before.put(name, Objects.requireNonNull(values.put(name, value))));
        try {
            requireConsistent();
        } catch (IllegalArgumentException e) {
            values.putAll(before);
            throw new InvalidValueException(changes.keySet().iterator().next(), String.valueOf(e.getMessage()));
        }
    }

    /** Returns the file of parameters; null if the server has none. */
    public @Nullable Path file() {
        return file;
    }

    /**
     * Writes the present values into the file of parameters.
     *
     * @throws IllegalStateException if there is no file
     * @throws IOException if it cannot be written
     */
    public synchronized void rewriteFile() throws IOException {
        if (file == null) {
            throw new IllegalStateException("The server is running without a config file");
        }
        ConfigRewriter.rewrite(file, this);
    }

    // ---- the cluster ----

    /** Returns the parameters of the cluster; null if the server is in none. */
    public @Nullable ClusterSettings cluster() {
        return text("cluster").isEmpty() ? null : ClusterSettings.of(this);
    }

    /** Returns the place of the server among the members of its cluster; -1 if it is in none. */
    public int clusterPosition() {
        ClusterSettings cluster = cluster();
        return cluster == null ? -1 : cluster.position();
    }

    // ---- parameters ----

    private long number(String name) {
        return Long.parseLong(text(name));
    }

    /** Returns the addresses to bind to. */
    public List<String> bindAddresses() {
        return List.of(text("bind").trim().split(" +"));
    }

    /** Returns the port; 0 for any, or for none if there is one for TLS. */
    public int port() {
        return Integer.parseInt(text("port"));
    }

    /** Returns the port for TLS; 0 for none. */
    public int tlsPort() {
        return Integer.parseInt(text("tls-port"));
    }

    /** Returns the port for HTTP: 0 for any; -1 for none. Without a setting, it depends on the port. */
    public int httpPort() {
        String value = text("http-port");
        if (value.equals(Parameters.OFF)) {
            return -1;
        }
        if (!value.isEmpty()) {
            return Integer.parseInt(value);
        }
        int port = port();
        return port == 0 || port + HTTP_PORT_DISTANCE > Parameters.LAST_PORT ? 0 : port + HTTP_PORT_DISTANCE;
    }

    /** Returns how many seconds a client may take to send a request over HTTP, or to read a part of a response. */
    public long httpTimeoutSeconds() {
        return number("http-timeout");
    }

    /** Returns how many bytes the body of a request over HTTP may have. */
    public int longestHttpBody() {
        return (int) Math.min(512L << 20, number("http-max-body-len"));
    }

    /** Whether the server also serves connections without TLS. */
    public boolean servesPlain() {
        return port() != 0 || tlsPort() == 0;
    }

    /** Whether event loops stay on a NUMA node each. */
    public boolean pinsEventLoops() {
        return text("io-threads-pin").equals("yes");
    }

    /** Returns the path that a parameter names. */
    public Path path(String name) {
        return Path.of(ConfigFile.utf8(text(name)));
    }

    /** Returns the number of event loops; 0 for one a core. */
    public int eventLoops() {
        return Integer.parseInt(text("io-threads"));
    }

    /** Returns the directory of the log; null if the data is in memory only. */
    public @Nullable Path directory() {
        return text("dir").isEmpty() ? null : path("dir");
    }

    /** Returns when writes reach the disk: always, everysec or no. */
    public String appendFsync() {
        return text("appendfsync");
    }

    /** Returns the file of users; null if there is none. */
    public @Nullable Path aclFile() {
        return text("aclfile").isEmpty() ? null : path("aclfile");
    }

    /** Returns the users of the configuration, each as its name and its rules. */
    public List<String> users() {
        return users;
    }

    /** Returns how many entries the log of denials has. */
    public long longestAclLog() {
        return number("acllog-max-len");
    }

    /** Returns how many keys the table of client-side caching may have; 0 for no limit. */
    public long mostTrackedKeys() {
        return number("tracking-table-max-keys");
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
        return number("maxclients");
    }

    /** Returns how many bytes of keys and values there may be; 0 for any number. */
    public long maxMemory() {
        return number("maxmemory");
    }

    /** Returns at how many keys to look for one to remove. */
    public int evictionSamples() {
        return Integer.parseInt(text("maxmemory-samples"));
    }

    /** Returns how many bytes an argument may have. */
    public int longestArgument() {
        return (int) Math.min(512L << 20, number("proto-max-bulk-len"));
    }

    /** Returns how many bytes the arguments of a request may have. */
    public long longestRequest() {
        return number("client-query-buffer-limit");
    }

    /** Returns how many bytes may wait to be sent to a subscriber. */
    public long longestPubSubOutput() {
        return 32L << 20;
    }

    /** Returns from how many microseconds on a command is slow; a negative number for never. */
    public long slowerThanMicros() {
        return number("slowlog-log-slower-than");
    }

    /** Returns what is published of what happens to keys. */
    public EventClasses eventClasses() {
        return EventClasses.parse(text("notify-keyspace-events"));
    }

    /** Returns how many slow commands are kept. */
    public long longestSlowLog() {
        return number("slowlog-max-len");
    }

    /** Returns from how many milliseconds on a command is an event; 0 for never. */
    public long latencyThresholdMillis() {
        return number("latency-monitor-threshold");
    }

    /** Whether the times of all commands are counted. */
    public boolean tracksLatency() {
        return text("latency-tracking").equals("yes");
    }

    /** Returns after how many seconds without a request a connection is closed; 0 for never. */
    public long idleSeconds() {
        return number("timeout");
    }
}
