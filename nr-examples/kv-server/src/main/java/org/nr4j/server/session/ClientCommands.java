package org.nr4j.server.session;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.nr4j.server.command.Arguments;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.session.ConnectionCommands.SessionBody;
import org.nr4j.server.session.Subscriptions.Kind;

/** The command CLIENT. */
final class ClientCommands {
    private static final String SYNTAX = "ERR syntax error";
    private static final long MILLIS = 1_000;

    private ClientCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("CLIENT", (session, args) -> {
            throw new CommandException("ERR wrong number of arguments for 'client' command");
        });
        bodies.put("CLIENT|ID", (session, args) -> session.out().integer(session.info().id));
        bodies.put("CLIENT|GETNAME", ClientCommands::getName);
        bodies.put("CLIENT|SETNAME", ClientCommands::setName);
        bodies.put("CLIENT|SETINFO", ClientCommands::setInfo);
        bodies.put("CLIENT|INFO", (session, args) -> session.out().verbatim(describe(session) + "\n"));
        bodies.put("CLIENT|LIST", ClientCommands::list);
        bodies.put("CLIENT|KILL", ClientCommands::kill);
        bodies.put("CLIENT|REPLY", ClientCommands::reply);
        bodies.put("CLIENT|UNBLOCK", ClientCommands::unblock);
        bodies.put("CLIENT|NO-EVICT", ClientCommands::onOrOff);
        bodies.put("CLIENT|NO-TOUCH", ClientCommands::onOrOff);
        TrackingCommands.bind(bodies);
        bodies.put("CLIENT|PAUSE", ClientCommands::pause);
        bodies.put("CLIENT|UNPAUSE", ClientCommands::endPause);
        bodies.put("CLIENT|HELP", Help::run);
    }

    // ---- names ----

    /** Returns a name without characters that would break CLIENT LIST. */
    static byte[] requireName(byte[] name) {
        for (byte b : name) {
            if (b < '!' || b > '~') {
                throw new CommandException("ERR Client names cannot contain spaces, newlines or special characters.");
            }
        }
        return name;
    }

    private static void getName(Session session, byte[][] args) {
        if (session.info().name.isEmpty()) {
            session.out().nullBulk();
        } else {
            session.out().bulk(session.info().name);
        }
    }

    private static void setName(Session session, byte[][] args) {
        session.info().name = Ascii.text(requireName(args[2]));
        session.out().ok();
    }

    private static void setInfo(Session session, byte[][] args) {
        boolean name = Ascii.is(args[2], "LIB-NAME");
        if (!name && !Ascii.is(args[2], "LIB-VER")) {
            throw new CommandException("ERR Unrecognized option '" + Ascii.text(args[2]) + "'");
        }
        for (byte b : args[3]) {
            if (b < '!' || b > '~') {
                throw new CommandException("ERR " + Ascii.text(args[2]).toLowerCase(Locale.ROOT)
                        + " cannot contain spaces, newlines or special characters.");
            }
        }
        if (name) {
            session.info().library = Ascii.text(args[3]);
        } else {
            session.info().libraryVersion = Ascii.text(args[3]);
        }
        session.out().ok();
    }

    // ---- all clients ----

    /** Returns the line of a client in CLIENT LIST. */
    static String describe(Session session) {
        SessionInfo info = session.info();
        long now = System.currentTimeMillis();
        Command last = info.lastCommand;
        return "id=" + info.id + " addr=" + info.remoteAddress + " laddr=" + info.localAddress + " fd=" + info.id
                + " name=" + info.name + " age=" + (now - info.created) / MILLIS + " idle="
                + (now - info.lastUsed) / MILLIS + " flags=" + flags(session) + " db=" + info.database + " sub="
                + session.subscriptions.of(Kind.CHANNEL).size() + " psub="
                + session.subscriptions.of(Kind.PATTERN).size() + " ssub="
                + session.subscriptions.of(Kind.SHARD).size() + " multi="
                + (session.transaction.isOpen() ? session.transaction.size() : -1)
                + " qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd="
                + (last == null ? "NULL" : last.fullName()) + " user=" + info.userName()
                + " redir=" + TrackingCommands.redirect(session) + " resp="
                + (info.resp3 ? 3 : 2)
                + " lib-name=" + info.library + " lib-ver=" + info.libraryVersion;
    }

    private static String flags(Session session) {
        String state = stateFlag(session);
        String tracking = TrackingCommands.flags(session);
        return tracking.isEmpty() ? state : state.equals("N") ? tracking : state + tracking;
    }

    private static String stateFlag(Session session) {
        if (session.server().monitors().contains(session)) {
            return "O";
        }
        if (session.isWaiting()) {
            return "b";
        }
        if (!session.subscriptions.isEmpty()) {
            return "P";
        }
        return session.transaction.isOpen() ? "x" : "N";
    }

    private static void list(Session session, byte[][] args) {
        Predicate<Session> wanted = args.length == 2 ? any -> true : filter(args);
        StringBuilder lines = new StringBuilder();
        for (Session other : new TreeMap<>(session.server().clients()).values()) {
            if (wanted.test(other)) {
                lines.append(describe(other)).append('\n');
            }
        }
        session.out().verbatim(lines.toString());
    }

    private static Predicate<Session> filter(byte[][] args) {
        if (args.length == 4 && Ascii.is(args[2], "TYPE")) {
            return ofType(args[3]);
        }
        if (args.length > 3 && Ascii.is(args[2], "ID")) {
            List<Long> ids = Arrays.stream(args).skip(3).map(ClientCommands::id).toList();
            return other -> ids.contains(other.info().id);
        }
        throw new CommandException(SYNTAX);
    }

    private static Predicate<Session> ofType(byte[] type) {
        if (Ascii.is(type, "NORMAL")) {
            return other -> other.subscriptions.isEmpty();
        }
        if (Ascii.is(type, "PUBSUB")) {
            return other -> !other.subscriptions.isEmpty();
        }
        if (Ascii.is(type, "MASTER") || Ascii.is(type, "REPLICA") || Ascii.is(type, "SLAVE")) {
            return other -> false;
        }
        throw new CommandException("ERR Unknown client type '" + Ascii.text(type) + "'");
    }

    private static long id(byte[] text) {
        if (!Numbers.isLong(text) || Numbers.parseLong(text) <= 0) {
            throw new CommandException("ERR Invalid client ID");
        }
        return Numbers.parseLong(text);
    }

    private static void kill(Session session, byte[][] args) {
        if (args.length == 3) {
            if (kill(session, other -> other.info().remoteAddress.equals(Ascii.text(args[2])), true) == 0) {
                throw new CommandException("ERR No such client");
            }
            session.out().ok();
            return;
        }
        Predicate<Session> wanted = other -> true;
        boolean skipsMe = true;
        for (int i = 2; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new CommandException(SYNTAX);
            }
            byte[] value = args[i + 1];
            if (Ascii.is(args[i], "SKIPME")) {
                if (!Ascii.is(value, "YES") && !Ascii.is(value, "NO")) {
                    throw new CommandException(SYNTAX);
                }
                skipsMe = Ascii.is(value, "YES");
            } else {
                wanted = wanted.and(killFilter(session, args[i], value));
            }
        }
        session.out().integer(kill(session, wanted, !skipsMe));
    }

    private static Predicate<Session> killFilter(Session session, byte[] name, byte[] value) {
        String text = Ascii.text(value);
        if (Ascii.is(name, "ID")) {
            if (!Numbers.isLong(value) || Numbers.parseLong(value) <= 0) {
                throw new CommandException("ERR client-id should be greater than 0");
            }
            return other -> other.info().id == Numbers.parseLong(value);
        }
        if (Ascii.is(name, "ADDR")) {
            return other -> other.info().remoteAddress.equals(text);
        }
        if (Ascii.is(name, "LADDR")) {
            return other -> other.info().localAddress.equals(text);
        }
        if (Ascii.is(name, "TYPE")) {
            return ofType(value);
        }
        if (Ascii.is(name, "USER")) {
            if (session.server().acl().find(text) == null) {
                throw new CommandException("ERR No such user '" + text + "'");
            }
            return other -> other.info().userName().equals(text);
        }
        throw new CommandException(SYNTAX);
    }

    private static int kill(Session session, Predicate<Session> wanted, boolean alsoMe) {
        int killed = 0;
        for (Session other : session.server().clients().values()) {
            if (wanted.test(other) && (alsoMe || other != session)) {
                killed++;
                if (other == session) {
                    session.closeAfterReplies();
                } else {
                    other.connection().execute(other.connection()::close);
                }
            }
        }
        return killed;
    }

    // ---- options ----

    private static void reply(Session session, byte[][] args) {
        if (Ascii.is(args[2], "ON")) {
            session.replyMode.set(/* replies= */ true);
            session.out().ok();
        } else if (Ascii.is(args[2], "OFF")) {
            session.replyMode.set(/* replies= */ false);
        } else if (Ascii.is(args[2], "SKIP")) {
            session.replyMode.skipNext();
        } else {
            throw new CommandException(SYNTAX);
        }
    }

    private static void unblock(Session session, byte[][] args) {
        if (args.length > 4 || (args.length == 4 && !Ascii.is(args[3], "TIMEOUT") && !Ascii.is(args[3], "ERROR"))) {
            throw new CommandException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
        }
        Session other = session.server().clients().get(Arguments.integer(args[2]));
        boolean withError = args.length == 4 && Ascii.is(args[3], "ERROR");
        session.out()
                .integer(other != null && session.server().waiters().unblock(Objects.requireNonNull(other), withError));
    }

    private static void pause(Session session, byte[][] args) {
        if (args.length > 4) {
            throw new CommandException(
                    "ERR unknown subcommand or wrong number of arguments for 'PAUSE'. Try CLIENT HELP.");
        }
        boolean onlyWrites = args.length == 4 && Ascii.is(args[3], "WRITE");
        if (args.length == 4 && !onlyWrites && !Ascii.is(args[3], "ALL")) {
            throw new CommandException("ERR CLIENT PAUSE mode must be WRITE or ALL");
        }
        if (!Numbers.isLong(args[2]) || Numbers.parseLong(args[2]) > Long.MAX_VALUE / 2) {
            throw new CommandException("ERR timeout is not an integer or out of range");
        }
        long millis = Numbers.parseLong(args[2]);
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        session.server().pause().begin(millis, onlyWrites);
        session.out().ok();
    }

    private static void endPause(Session session, byte[][] args) {
        session.server().pause().end();
        for (Session other : session.server().clients().values()) {
            other.connection().execute(other::endPause);
        }
        session.out().ok();
    }

    private static void onOrOff(Session session, byte[][] args) {
        if (!Ascii.is(args[2], "ON") && !Ascii.is(args[2], "OFF")) {
            throw new CommandException(SYNTAX);
        }
        session.out().ok();
    }
}
