package org.nr4j.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A redis-server of the machine, without persistence. */
final class RedisProcess implements AutoCloseable {
    private static final int TRIES = 100;
    private static final long PAUSE_MILLIS = 50;

    private final Process process;
    private final InetSocketAddress address;

    private RedisProcess(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Starts a server; skips the test if there is none. */
    static RedisProcess start(Path directory) throws Exception {
        boolean installed = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "redis-server")));
        Assumptions.assumeTrue(
                installed, "redis-server must be installed to compare with it: apt-get install redis-server");
        int port = freePort();
        Process process = new ProcessBuilder(
                        "redis-server", "--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
        RedisProcess redis = new RedisProcess(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        redis.awaitReady();
        return redis;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            try (RespClient client = new RespClient(address)) {
                if ("PONG".equals(client.call("PING"))) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("redis-server must answer: address=" + address + "; see its log");
    }

    InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
