package org.nr4j.server.session;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** Commands on the server itself. */
final class ServerCommands {
    /** The version of Redis whose commands and replies these are. */
    static final String VERSION = "7.2.0";

    /** How many microseconds a second has. */
    static final long MICROS = 1_000_000;

    private ServerCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("TIME", ServerCommands::time);
        bodies.put("ROLE", ServerCommands::role);
    }

    /** Returns the time in microseconds since 1970. */
    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void time(Session session, byte[][] args) {
        long micros = nowMicros();
        session.out().array(2);
        session.out().bulk(Long.toString(micros / MICROS));
        session.out().bulk(Long.toString(micros % MICROS));
    }

    private static void role(Session session, byte[][] args) {
        session.out().array(3);
        session.out().bulk("master");
        session.out().integer(0);
        session.out().array(0);
    }
}
