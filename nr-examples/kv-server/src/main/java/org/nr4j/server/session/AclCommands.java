package org.nr4j.server.session;

import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.acl.Acl;
import org.nr4j.server.acl.AclException;
import org.nr4j.server.acl.AclFile;
import org.nr4j.server.acl.AclLog;
import org.nr4j.server.acl.Denial;
import org.nr4j.server.acl.Rights;
import org.nr4j.server.acl.Rights.Permissions;
import org.nr4j.server.acl.User;
import org.nr4j.server.command.Arguments;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.table.Categories;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.config.Settings;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;
import org.nr4j.server.session.Subscriptions.Kind;

/** The command ACL. */
final class AclCommands {
    private static final Logger LOGGER = System.getLogger(AclCommands.class.getName());
    private static final CommandTable TABLE = CommandTable.instance();
    private static final long LOG_SHOWN = 10;
    private static final int MOST_BITS = 4096;
    private static final int DEFAULT_BITS = 256;
    private static final int BITS_A_DIGIT = 4;
    private static final double MILLIS = 1_000;
    private static final String NO_FILE =
            "ERR This Redis instance is not configured to use an ACL file. You may want to "
                    + "specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a "
                    + "Redis configuration file set) in order to store users in the Redis configuration.";

    private AclCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("ACL", TableCommands.WITHOUT_SUBCOMMAND);
        bodies.put("ACL|CAT", AclCommands::categories);
        bodies.put("ACL|DELUSER", AclCommands::deleteUsers);
        bodies.put("ACL|DRYRUN", AclCommands::dryRun);
        bodies.put("ACL|GENPASS", AclCommands::generatePassword);
        bodies.put("ACL|GETUSER", AclCommands::getUser);
        bodies.put("ACL|HELP", Help::run);
        bodies.put("ACL|LIST", (session, args) -> texts(session, acl(session).lines()));
        bodies.put("ACL|LOAD", AclCommands::load);
        bodies.put("ACL|LOG", AclCommands::log);
        bodies.put("ACL|SAVE", AclCommands::save);
        bodies.put("ACL|SETUSER", AclCommands::setUser);
        bodies.put(
                "ACL|USERS",
                (session, args) -> texts(session, List.copyOf(acl(session).names())));
        bodies.put(
                "ACL|WHOAMI",
                (session, args) -> session.out().bulk(session.info().userName()));
    }

    private static Acl acl(Session session) {
        return session.server().acl();
    }

    private static void texts(Session session, List<String> texts) {
        session.out().array(texts.size());
        texts.forEach(session.out()::bulk);
    }

    private static CommandException wrongArguments(byte[][] args) {
        return new CommandException(
                "ERR unknown subcommand or wrong number of arguments for '" + Ascii.text(args[1]) + "'. Try ACL HELP.");
    }

    // ---- the start ----

    /**
     * Returns the users of the settings.
     *
     * @throws IllegalArgumentException if one is not valid
     */
    static Acl open(Settings settings) {
        Acl acl = new Acl(settings.password());
        try {
            Path file = settings.aclFile();
            if (file != null) {
                new AclFile(file).load(acl);
            }
            settings.users().forEach(acl::define);
        } catch (AclException e) {
            throw new IllegalArgumentException("users must be valid: problem=" + e.getMessage() + "; correct them", e);
        }
        return acl;
    }

    // ---- users ----

    private static void setUser(Session session, byte[][] args) {
        List<String> rules = Arrays.stream(args).skip(3).map(Ascii::text).toList();
        try {
            acl(session).change(Ascii.text(args[2]), rules);
        } catch (AclException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
        closeDenied(session);
        session.out().ok();
    }

    private static void deleteUsers(Session session, byte[][] args) {
        long removed = 0;
        for (int i = 2; i < args.length; i++) {
            if (Ascii.text(args[i]).equals(Acl.DEFAULT)) {
                throw new CommandException("ERR The 'default' user cannot be removed");
            }
        }
        for (int i = 2; i < args.length; i++) {
            removed += acl(session).remove(Ascii.text(args[i])) == null ? 0 : 1;
        }
        closeDenied(session);
        session.out().integer(removed);
    }

    /** Closes the connections of users that are gone, and of those subscribed to what they may no longer be. */
    private static void closeDenied(Session session) {
        for (Session other : session.server().clients().values()) {
            User user = other.info().user;
            if (user == null || (user.isUnrestricted() && isCurrent(session, user))) {
                continue;
            }
            if (other == session) {
                if (!isCurrent(session, user) || isSubscribedBeyond(other, user)) {
                    other.closeAfterReplies();
                }
            } else {
                other.connection().execute(() -> {
                    if (!isCurrent(session, user) || isSubscribedBeyond(other, user)) {
                        other.connection().close();
                    }
                });
            }
        }
    }

    private static boolean isCurrent(Session session, User user) {
        return acl(session).find(user.name()) == user;
    }

    private static boolean isSubscribedBeyond(Session session, User user) {
        Rights rights = user.rights();
        return Arrays.stream(Kind.values())
                .anyMatch(kind -> session.subscriptions.of(kind).stream()
                        .anyMatch(name -> !rights.allowsChannel(name.bytes(), kind == Kind.PATTERN)));
    }

    private static void getUser(Session session, byte[][] args) {
        User user = acl(session).find(Ascii.text(args[2]));
        ReplyWriter out = session.out();
        if (user == null) {
            out.nullBulk();
            return;
        }
        Rights rights = user.rights();
        List<Permissions> permissions = rights.permissions();
        out.map(6);
        out.bulk("flags");
        out.set(rights.flags().size());
        rights.flags().forEach(out::bulk);
        out.bulk("passwords");
        texts(session, new ArrayList<>(rights.passwords()));
        describe(out, permissions.get(0));
        out.bulk("selectors");
        out.array(permissions.size() - 1);
        for (Permissions selector : permissions.subList(1, permissions.size())) {
            out.map(3);
            describe(out, selector);
        }
    }

    private static void describe(ReplyWriter out, Permissions permissions) {
        out.bulk("commands");
        out.bulk(permissions.commands());
        out.bulk("keys");
        out.bulk(permissions.keys());
        out.bulk("channels");
        out.bulk(permissions.channels());
    }

    // ---- the file ----

    private static AclFile file(Session session) {
        Path path = session.server().settings().aclFile();
        if (path == null) {
            throw new CommandException(NO_FILE);
        }
        return new AclFile(path);
    }

    private static void load(Session session, byte[][] args) {
        try {
            file(session).load(acl(session));
        } catch (AclException e) {
            throw new CommandException("ERR " + e.getMessage()
                    + "WARNING: ACL errors detected, no change to the previously active ACL rules was performed");
        }
        closeDenied(session);
        session.out().ok();
    }

    private static void save(Session session, byte[][] args) {
        try {
            file(session).save(acl(session));
        } catch (UncheckedIOException e) {
            LOGGER.log(Level.WARNING, "the ACL file could not be written", e);
            throw new CommandException(
                    "ERR There was an error trying to save the ACLs. Please check the server logs for more information");
        }
        session.out().ok();
    }

    // ---- questions ----

    private static void categories(Session session, byte[][] args) {
        if (args.length > 3) {
            throw wrongArguments(args);
        }
        if (args.length == 2) {
            texts(session, Categories.ALL);
            return;
        }
        String category = Ascii.text(args[2]).toLowerCase(Locale.ROOT);
        if (!Categories.ALL.contains(category)) {
            throw new CommandException("ERR Unknown category '" + Ascii.text(args[2]) + "'");
        }
        texts(
                session,
                TABLE.all().stream()
                        .filter(command -> Categories.of(command).contains(category))
                        .map(Command::fullName)
                        .toList());
    }

    private static void dryRun(Session session, byte[][] args) {
        User user = acl(session).find(Ascii.text(args[2]));
        if (user == null) {
            throw new CommandException("ERR User '" + Ascii.text(args[2]) + "' not found");
        }
        byte[][] request = Arrays.copyOfRange(args, 3, args.length);
        Command command = lookUp(request);
        if (command == null) {
            throw new CommandException("ERR Command '" + Ascii.text(args[3]) + "' not found");
        }
        if (!command.accepts(request.length)) {
            throw new CommandException(command.arityError());
        }
        Denial denial = user.check(command, request);
        if (denial == null) {
            session.out().ok();
        } else {
            session.out().bulk(denial.dryRunText(command));
        }
    }

    private static @Nullable Command lookUp(byte[][] request) {
        try {
            return TABLE.lookUp(request);
        } catch (CommandException e) {
            return null;
        }
    }

    private static void generatePassword(Session session, byte[][] args) {
        if (args.length > 3) {
            throw wrongArguments(args);
        }
        long bits = args.length == 3 ? Arguments.integer(args[2]) : DEFAULT_BITS;
        if (bits <= 0 || bits > MOST_BITS) {
            throw new CommandException("ERR ACL GENPASS argument must be the number of bits for the output password, a "
                    + "positive number up to " + MOST_BITS);
        }
        int digits = (int) (bits + BITS_A_DIGIT - 1) / BITS_A_DIGIT;
        byte[] random = new byte[(digits + 1) / 2];
        new SecureRandom().nextBytes(random);
        session.out().bulk(HexFormat.of().formatHex(random).substring(0, digits));
    }

    // ---- the log ----

    private static void log(Session session, byte[][] args) {
        if (args.length > 3) {
            throw wrongArguments(args);
        }
        if (args.length == 3 && Ascii.is(args[2], "RESET")) {
            acl(session).log().clear();
            session.out().ok();
            return;
        }
        long count = args.length == 3 ? Math.max(0, Arguments.integer(args[2])) : LOG_SHOWN;
        List<AclLog.Entry> entries = acl(session).log().latest(count);
        session.out().array(entries.size());
        entries.forEach(entry -> show(session.out(), entry));
    }

    private static void show(ReplyWriter out, AclLog.Entry entry) {
        out.map(7);
        out.bulk("count");
        out.integer(entry.count());
        out.bulk("reason");
        out.bulk(entry.denial().reason().text());
        out.bulk("context");
        out.bulk(entry.context());
        out.bulk("object");
        out.bulk(entry.denial().object());
        out.bulk("username");
        out.bulk(entry.user());
        out.bulk("age-seconds");
        out.number((System.currentTimeMillis() - entry.millis()) / MILLIS);
        out.bulk("client-info");
        out.bulk(entry.client());
    }
}
