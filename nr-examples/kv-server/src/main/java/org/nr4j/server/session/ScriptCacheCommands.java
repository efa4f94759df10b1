package org.nr4j.server.session;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.acl.ScriptGuard;
import org.nr4j.server.acl.User;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.engine.Request;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.script.ScriptCache;
import org.nr4j.server.script.Scripts;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/**
 * The scripts that this server knows. The log has the text of each script that runs, so a command that names a script
 * by its SHA-1 gets the text before it goes to the store.
 */
final class ScriptCacheCommands {
    private static final String NOT_BUSY = "NOTBUSY No scripts in execution right now.";

    private static final Set<String> RUNNING_SCRIPTS = Set.of("EVAL", "EVAL_RO", "FCALL", "FCALL_RO");

    private ScriptCacheCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("SCRIPT", ScriptCacheCommands::refuse);
        bodies.put("SCRIPT|LOAD", (session, args) -> session.out().bulk(load(session, args[2])));
        bodies.put("SCRIPT|EXISTS", ScriptCacheCommands::exists);
        bodies.put("SCRIPT|FLUSH", ScriptCacheCommands::flush);
        bodies.put("SCRIPT|KILL", (session, args) -> {
            throw new CommandException(NOT_BUSY);
        });
        bodies.put("SCRIPT|DEBUG", ScriptCacheCommands::debug);
        bodies.put("SCRIPT|HELP", Help::run);
        bodies.put("FUNCTION", ScriptCacheCommands::refuse);
        bodies.put("FUNCTION|KILL", (session, args) -> {
            throw new CommandException(NOT_BUSY);
        });
        bodies.put("FUNCTION|HELP", Help::run);
    }

    private static void refuse(Session session, byte[][] args) {
        throw new CommandException(
                "ERR wrong number of arguments for '" + Ascii.text(args[0]).toLowerCase(Locale.ROOT) + "' command");
    }

    private static String load(Session session, byte[] text) {
        try {
            return session.server().scripts().add(text);
        } catch (IllegalArgumentException | Scripts.UnavailableException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
    }

    private static void exists(Session session, byte[][] args) {
        session.out().array(args.length - 2L);
        for (int i = 2; i < args.length; i++) {
            session.out().integer(session.server().scripts().find(name(args[i])) != null);
        }
    }

    private static String name(byte[] sha1) {
        return Ascii.text(sha1).toLowerCase(Locale.ROOT);
    }

    private static void flush(Session session, byte[][] args) {
        if (args.length > 3 || (args.length == 3 && !Ascii.is(args[2], "SYNC") && !Ascii.is(args[2], "ASYNC"))) {
            throw new CommandException("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
        }
        session.server().scripts().clear();
        session.out().ok();
    }

    private static void debug(Session session, byte[][] args) {
        if (Ascii.is(args[2], "NO")) {
            session.out().ok();
        } else if (Ascii.is(args[2], "YES") || Ascii.is(args[2], "SYNC")) {
            throw new CommandException("ERR this server has no debugger for scripts");
        } else {
            throw new CommandException("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        }
    }

    /** Returns a request as it goes to the store. Remembers the script that it has, or finds the one that it names. */
    static Request withText(ServerState server, Request request) {
        return switch (request.command().name()) {
            case "EVAL", "EVAL_RO" -> {
                rememberIfRunnable(server.scripts(), request.arguments());
                yield request;
            }
            case "EVALSHA" -> withText(server, request, "EVAL");
            case "EVALSHA_RO" -> withText(server, request, "EVAL_RO");
            default -> request;
        };
    }

    /** A script is remembered unless its run ends before the script is compiled. */
    private static void rememberIfRunnable(ScriptCache scripts, byte[][] args) {
        if (Numbers.isLong(args[2])) {
            long keys = Numbers.parseLong(args[2]);
            if (keys >= 0 && keys <= args.length - 3) {
                scripts.addIfValid(args[1]);
            }
        }
    }

    private static Request withText(ServerState server, Request request, String evaluation) {
        byte[] text = server.scripts().find(name(request.arguments()[1]));
        if (text == null) {
            return request;
        }
        byte[][] args = request.arguments().clone();
        args[0] = Ascii.bytes(evaluation);
        args[1] = text;
        Command command = Objects.requireNonNull(CommandTable.instance().find(args[0]));
        return new Request(command, args, request.database());
    }

    /** Returns what scripts among some requests may do; null if there are none, or the user may do everything. */
    static @Nullable String rules(ServerState server, SessionInfo info, List<Request> requests) {
        User user = info.user == null ? server.acl().userWithoutLogin() : info.user;
        boolean scripts = requests.stream()
                .anyMatch(request -> RUNNING_SCRIPTS.contains(request.command().name()));
        return user == null || user.isUnrestricted() || !scripts ? null : ScriptGuard.rules(user);
    }

    /** Loads the scripts that a transaction loads, so that later commands of it find them. */
    static void loadEarly(ServerState server, Request request) {
        if (request.command().name().equals("SCRIPT|LOAD")) {
            server.scripts().addIfValid(request.arguments()[2]);
        }
    }
}
