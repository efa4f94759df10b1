package org.nr4j.cluster.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A member of a cluster as a process on this machine. For one thread at a time, but for what says otherwise. */
public final class MemberProcess implements AutoCloseable {
    private final String name;
    private final int port;
    private final Path log;
    private final List<String> command = new ArrayList<>();
    private volatile @Nullable Process process;

    private MemberProcess(String name, int port, String peers, Path directory, List<String> options) {
        this.name = name;
        this.port = port;
        this.log = directory.resolve(name + ".log");
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.nr4j.server.ServerMain",
                "--cluster",
                "raft",
                "--id",
                name,
                "--peers",
                peers,
                "--dir",
                directory.resolve(name).toString(),
                "--port",
                Integer.toString(port),
                "--http-port",
                "off",
                "--io-threads",
                "1"));
        command.addAll(options);
    }

    /** Starts members with free ports. Their logs and data are in a directory. */
    public static List<MemberProcess> startAll(int count, Path directory, List<String> options) throws IOException {
        List<Integer> ports = freePorts(2 * count);
        Map<String, Integer> names = new LinkedHashMap<>();
        List<String> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = Character.toString('a' + i);
            names.put(name, ports.get(i));
            peers.add(name + "=127.0.0.1:" + ports.get(count + i));
        }
        Files.createDirectories(directory);
        List<MemberProcess> members = new ArrayList<>();
        names.forEach((name, port) ->
                members.add(new MemberProcess(name, port, String.join(",", peers), directory, options)));
        for (MemberProcess member : members) {
            member.start();
        }
        return members;
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** Starts the process. */
    public void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Returns the name of the member. */
    public String name() {
        return name;
    }

    /** Returns the port for Redis clients. */
    public int port() {
        return port;
    }

    /** Whether the process runs. For any thread. */
    public boolean isAlive() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** Returns the text of the member's log. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Ends the process at once, as by {@code kill -9}. */
    public void kill() {
        Process current = process;
        if (current != null) {
            current.destroyForcibly();
            try {
                current.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sends a signal to the process, such as STOP or CONT. */
    public void signal(String signal) throws IOException, InterruptedException {
        Process current = process;
        if (current != null) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(current.pid()))
                    .start()
                    .waitFor();
        }
    }

    /** Returns a field of CLUSTER INFO; an empty text if the member does not answer. For any thread. */
    public String info(String field) {
        try (RespConnection connection = new RespConnection(port, 1_000)) {
            Object reply = connection.call("CLUSTER", "INFO");
            if (reply instanceof String text) {
                for (String line : text.lines().toList()) {
                    if (line.startsWith(field + ":")) {
                        return line.substring(field.length() + 1);
                    }
                }
            }
        } catch (IOException e) {
            // It does not answer, so it knows nothing.
        }
        return "";
    }

    /** Returns the member that leads; null if none does within some time. */
    public static @Nullable MemberProcess leader(List<MemberProcess> members, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            for (MemberProcess member : members) {
                if (member.isAlive() && member.info("cluster_role").equals("leader")) {
                    return member;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        } while (System.nanoTime() - end < 0);
        return null;
    }

    @Override
    public void close() {
        kill();
    }
}
