package org.nr4j.server;

import java.net.InetSocketAddress;
import java.util.List;
import org.nr4j.server.config.Settings;

/** Starts a server from the command line. */
public final class ServerMain {
    private static final int BAD_USAGE = 2;

    private ServerMain() {}

    /** Starts a server, says where it listens, and serves until the process is told to end. */
    public static void main(String[] args) {
        KeyValueServer server;
        try {
            server = KeyValueServer.start(Settings.parse(List.of(args)));
        } catch (IllegalArgumentException e) {
            System.err.println("nr4j-server: " + e.getMessage());
            System.exit(BAD_USAGE);
            return;
        } catch (RuntimeException e) {
            System.err.println("nr4j-server: " + e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "nr4j-server-shutdown"));
        InetSocketAddress http = server.httpAddress();
        System.out.println("ready: resp=" + text(server.address()) + (http == null ? "" : " http=" + text(http)));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
