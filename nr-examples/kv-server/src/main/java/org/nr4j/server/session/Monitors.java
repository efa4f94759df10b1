package org.nr4j.server.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nr4j.server.command.Command;
import org.nr4j.server.monitor.Redaction;
import org.nr4j.server.protocol.Ascii;

/** The clients that see all commands of all clients. For any number of threads. */
final class Monitors {
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    /** Whether there are some. Volatile: each command reads it. */
    private volatile boolean any;

    synchronized void add(Session session) {
        sessions.add(session);
        any = true;
    }

    synchronized void remove(Session session) {
        sessions.remove(session);
        any = !sessions.isEmpty();
    }

    boolean any() {
        return any;
    }

    boolean contains(Session session) {
        return any && sessions.contains(session);
    }

    /** Shows a command to all monitors. Administrators' commands are not shown, and neither are passwords. */
    void show(Session from, Command command, byte[][] arguments) {
        if (command.is("admin")) {
            return;
        }
        byte[] line = Ascii.bytes(line(from.info(), Redaction.of(command, arguments)));
        sessions.forEach(monitor -> monitor.push(line));
    }

    private static String line(SessionInfo from, byte[][] arguments) {
        long micros = ServerCommands.nowMicros();
        StringBuilder line = new StringBuilder("+")
                .append(micros / ServerCommands.MICROS)
                .append('.')
                .append(String.format("%06d", micros % ServerCommands.MICROS))
                .append(" [")
                .append(from.database)
                .append(' ')
                .append(from.remoteAddress)
                .append(']');
        for (byte[] argument : arguments) {
            appendQuoted(line.append(' '), argument);
        }
        return line.append("\r\n").toString();
    }

    private static void appendQuoted(StringBuilder line, byte[] argument) {
        line.append('"');
        for (byte b : argument) {
            switch (b) {
                case '"', '\\' -> line.append('\\').append((char) b);
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                case 7 -> line.append("\\a");
                case '\b' -> line.append("\\b");
                default -> {
                    if (b >= ' ' && b <= '~') {
                        line.append((char) b);
                    } else {
                        line.append(String.format("\\x%02x", b));
                    }
                }
            }
        }
        line.append('"');
    }
}
