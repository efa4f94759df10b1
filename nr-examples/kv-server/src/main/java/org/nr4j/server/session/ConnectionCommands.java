package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nr4j.server.acl.Acl;
import org.nr4j.server.acl.Denial;
import org.nr4j.server.acl.Denial.Reason;
import org.nr4j.server.acl.User;
import org.nr4j.server.command.Arguments;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.Keyspace;

/** The commands that the connection runs: all that need no store. */
final class ConnectionCommands {
    /** What a command does on a session. */
    @FunctionalInterface
    interface SessionBody {
        /** Runs the command: replies once, or throws a {@link CommandException}. */
        void run(Session session, byte[][] arguments);
    }

    private static final Logger LOGGER = System.getLogger(ConnectionCommands.class.getName());
    private static final Map<String, SessionBody> BODIES = new HashMap<>();

    static {
        bind();
        ClientCommands.bind(BODIES);
        TableCommands.bind(BODIES);
        ServerCommands.bind(BODIES);
        ConfigCommands.bind(BODIES);
        PersistenceCommands.bind(BODIES);
        InfoCommand.bind(BODIES);
        MemoryCommands.bind(BODIES);
        PubSubCommands.bind(BODIES);
        ScriptCacheCommands.bind(BODIES);
        AclCommands.bind(BODIES);
        MonitorCommands.bind(BODIES);
        ClusterCommands.bind(BODIES);
    }

    private ConnectionCommands() {}

    private static void bind() {
        BODIES.put("PING", ConnectionCommands::ping);
        BODIES.put("ECHO", (session, args) -> session.out().bulk(args[1]));
        BODIES.put("SELECT", ConnectionCommands::select);
        BODIES.put("HELLO", Hello::run);
        BODIES.put("AUTH", ConnectionCommands::authenticate);
        BODIES.put("QUIT", ConnectionCommands::quit);
        BODIES.put("RESET", ConnectionCommands::reset);
        BODIES.put("MULTI", ConnectionCommands::begin);
        BODIES.put("EXEC", ConnectionCommands::execute);
        BODIES.put("DISCARD", ConnectionCommands::discard);
        BODIES.put("UNWATCH", (session, args) -> session.out().ok());
        BODIES.put("WATCH", (session, args) -> {
            throw new CommandException("ERR WATCH inside MULTI is not allowed");
        });
    }

    /** Returns the names of the commands that connections run. */
    static Set<String> names() {
        return BODIES.keySet();
    }

    /** Runs a command, and replies. */
    static void run(Session session, Command command, byte[][] arguments) {
        ReplyWriter out = session.out();
        int start = out.length();
        try {
            Objects.requireNonNull(BODIES.get(command.name()), command.name()).run(session, arguments);
        } catch (CommandException e) {
            out.truncate(start);
            out.error(Objects.requireNonNull(e.getMessage()));
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "a command failed: client=" + session.info().id, e);
            out.truncate(start);
            out.error("ERR the server could not run the command: " + e.getMessage());
        }
    }

    private static void ping(Session session, byte[][] args) {
        if (args.length > 2) {
            throw new CommandException("ERR wrong number of arguments for 'ping' command");
        }
        if (!session.info().resp3 && !session.subscriptions.isEmpty()) {
            session.out().array(2);
            session.out().bulk("pong");
            session.out().bulk(args.length == 2 ? args[1] : new byte[0]);
        } else if (args.length == 2) {
            session.out().bulk(args[1]);
        } else {
            session.out().simple("PONG");
        }
    }

    private static void select(Session session, byte[][] args) {
        long database = Arguments.integer(args[1]);
        if (database < 0 || database >= Keyspace.DATABASES) {
            throw new CommandException("ERR DB index is out of range");
        }
        session.info().database = (int) database;
        session.out().ok();
    }

    // ---- authentication ----

    private static void authenticate(Session session, byte[][] args) {
        if (args.length > 3) {
            throw new CommandException("ERR syntax error");
        }
        Acl acl = session.server().acl();
        if (args.length == 2 && acl.defaultUser().rights().isWithoutPassword()) {
            throw new CommandException("ERR AUTH <password> called without any password configured for the default "
                    + "user. Are you sure your configuration is correct?");
        }
        byte[] user = args.length == 3 ? args[1] : Ascii.bytes(Acl.DEFAULT);
        logIn(session, args[0], user, args[args.length - 1]);
        session.out().ok();
    }

    /**
     * Logs a client in.
     *
     * @param command the command that does, as the client has written it
     * @throws CommandException if user or password are wrong
     */
    static void logIn(Session session, byte[] command, byte[] name, byte[] password) {
        User user = session.server().acl().logIn(Ascii.text(name), password);
        if (user == null) {
            Admission.log(session, new Denial(Reason.AUTH, Ascii.text(command)), Ascii.text(name));
            throw new CommandException("WRONGPASS invalid username-password pair or user is disabled.");
        }
        session.info().user = user;
        session.connection().restrict(false);
    }

    private static void quit(Session session, byte[][] args) {
        session.out().ok();
        session.closeAfterReplies();
    }

    private static void reset(Session session, byte[][] args) {
        session.reset();
        session.out().resp3(false).simple("RESET");
    }

    // ---- transactions ----

    private static void begin(Session session, byte[][] args) {
        if (session.transaction.isOpen()) {
            throw new CommandException("ERR MULTI calls can not be nested");
        }
        session.transaction.begin(session.info().database);
        session.out().ok();
    }

    /** Runs EXEC if no command of the transaction needs the store. */
    private static void execute(Session session, byte[][] args) {
        if (!session.transaction.isOpen()) {
            throw new CommandException("ERR EXEC without MULTI");
        }
        if (session.transaction.isFailed()) {
            endTransaction(session);
            throw new CommandException("EXECABORT Transaction discarded because of previous errors.");
        }
        session.transaction.runOnConnection(session);
    }

    private static void discard(Session session, byte[][] args) {
        if (!session.transaction.isOpen()) {
            throw new CommandException("ERR DISCARD without MULTI");
        }
        endTransaction(session);
        session.out().ok();
    }

    private static void endTransaction(Session session) {
        session.endWatches();
        session.transaction.clear();
    }
}
