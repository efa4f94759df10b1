package org.nr4j.server;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.config.Settings;

/** Starts a server from the command line. */
public final class ServerMain {
    private static final int BAD_USAGE = 2;

    private ServerMain() {}

    /** Starts a server, says where it listens, and serves until the process is told to end. */
    public static void main(String[] args) {
        KeyValueServer server;
        try {
            server = KeyValueServer.start(Settings.parse(List.of(args), System.getenv()));
        } catch (IllegalArgumentException e) {
            System.err.println("nr4j-server: " + e.getMessage());
            System.exit(BAD_USAGE);
            return;
        } catch (RuntimeException e) {
            System.err.println("nr4j-server: " + e.getMessage());
            System.exit(1);
            return;
        }
        // On a thread of its own, since the end of the process waits for the event loops.
        server.onShutDown(() -> new Thread(() -> System.exit(0), "nr4j-server-exit").start());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "nr4j-server-shutdown"));
        System.out.println("ready:" + named("resp", server.address()) + named("tls", server.tlsAddress())
                + named("http", server.httpAddress()));
    }

    private static String named(String name, @Nullable InetSocketAddress address) {
        return address == null
                ? ""
                : " " + name + "=" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
