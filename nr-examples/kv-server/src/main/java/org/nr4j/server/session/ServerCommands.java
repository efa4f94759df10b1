package org.nr4j.server.session;

import java.util.Map;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** Commands on the server itself. */
final class ServerCommands {
    /** The version of Redis whose commands and replies these are. */
    static final String VERSION = "7.2.0";

    private ServerCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("TIME", ServerCommands::time);
        bodies.put("ROLE", ServerCommands::role);
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
}
