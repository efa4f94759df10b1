package org.nr4j.server.session;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.acl.Denial;
import org.nr4j.server.acl.User;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.engine.Request;

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

    /** Returns the user of a client that is not logged in; null if the command needs no user. */
    private static @Nullable User userWithoutLogin(Session session, Command command) {
        User user = session.server().acl().userWithoutLogin();
        if (user == null && !WITHOUT_PASSWORD.contains(command.name())) {
            throw new CommandException("NOAUTH Authentication required.");
        }
        return user;
    }

    /** Checks a command; for EXEC, also the commands that it would run, since the rights may have changed meanwhile. */
    private static void checkRights(Session session, User user, Command command, byte[][] request) {
        checkOne(session, user, command, request);
        if (command.name().equals("EXEC")) {
            for (Request queued : session.transaction.queued()) {
                checkOne(session, user, queued.command(), queued.arguments());
            }
        }
    }

    private static void checkOne(Session session, User user, Command command, byte[][] request) {
        Denial denial = user.check(command, request);
        if (denial != null) {
            log(session, denial, user.name());
            throw denial.error(command);
        }
    }

    /** Notes a denial in the log. */
    static void log(Session session, Denial denial, String user) {
        ServerState server = session.server();
        String context = session.transaction.isOpen() ? "multi" : "toplevel";
        server.acl()
                .log()
                .add(
                        denial,
                        context,
                        user,
                        ClientCommands.describe(session),
                        server.settings().longestAclLog());
    }

    /**
     * Checks that a session may run a command.
     *
     * @throws CommandException if it may not
     */
    static void check(Session session, Command command, byte[][] request) {
        User user = session.info().user;
        if (user == null) {
            user = userWithoutLogin(session, command);
        }
        if (user != null && !user.isUnrestricted()) {
            checkRights(session, user, command, request);
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
