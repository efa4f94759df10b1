package org.nr4j.server.session;

import java.util.Set;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.command.CommandException;

/** Which commands a session may run in its state. */
final class Admission {
    private static final Set<String> WITHOUT_PASSWORD = Set.of("AUTH", "HELLO", "QUIT", "RESET");
    private static final Set<String> NOT_IN_TRANSACTION = Set.of(
            "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "SAVE", "SHUTDOWN");
    private static final Set<String> WHILE_SUBSCRIBED = Set.of(
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "SSUBSCRIBE",
            "SUNSUBSCRIBE",
            "PING",
            "QUIT",
            "RESET");

    private Admission() {}

    /**
     * Checks that a session may run a command.
     *
     * @throws CommandException if it may not
     */
    static void check(Session session, Command command) {
        if (!session.info().authenticated && !WITHOUT_PASSWORD.contains(command.name())) {
            throw new CommandException("NOAUTH Authentication required.");
        }
        if (!session.server().isLoaded() && (!command.is("loading") || command.place() != Place.CONNECTION)) {
            throw new CommandException("LOADING Redis is loading the dataset in memory");
        }
        if (needsRoom(session, command) && !session.server().memory().makeRoom()) {
            throw new CommandException("OOM command not allowed when used memory > 'maxmemory'.");
        }
        if (session.transaction.isOpen() && NOT_IN_TRANSACTION.contains(command.name())) {
            throw new CommandException("ERR Command not allowed inside a transaction");
        }
        if (!session.info().resp3 && !session.subscriptions.isEmpty() && !WHILE_SUBSCRIBED.contains(command.name())) {
            throw new CommandException("ERR Can't execute '" + command.fullName()
                    + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
        }
    }

    private static boolean needsRoom(Session session, Command command) {
        return command.is("denyoom") || (command.name().equals("EXEC") && session.transaction.needsRoom());
    }
}
