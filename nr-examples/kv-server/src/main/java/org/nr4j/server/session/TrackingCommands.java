package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Arguments;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;
import org.nr4j.server.tracking.Tracker;
import org.nr4j.server.tracking.Tracking;
import org.nr4j.server.tracking.TrackingOptions;

/** The subcommands of CLIENT on client-side caching. */
final class TrackingCommands {
    private static final byte[] CHANNEL = Ascii.bytes("__redis__:invalidate");
    private static final String SWITCH = "ERR You can't switch %s mode%s before disabling tracking for this client, "
            + "and then re-enabling it with a different mode.";

    private TrackingCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("CLIENT|TRACKING", TrackingCommands::track);
        bodies.put("CLIENT|CACHING", TrackingCommands::cache);
        bodies.put("CLIENT|GETREDIR", (session, args) -> session.out().integer(redirect(session)));
        bodies.put("CLIENT|TRACKINGINFO", TrackingCommands::describe);
    }

    /** Returns the client that gets the messages; 0 for the client itself, -1 if it does not track. */
    static long redirect(Session session) {
        TrackingOptions options = session.tracker.options();
        return options == null ? -1 : options.redirect();
    }

    /** Returns the letters of CLIENT LIST. */
    static String flags(Session session) {
        TrackingOptions options = session.tracker.options();
        return options == null ? "" : "t" + (session.tracker.isBroken() ? "R" : "") + (options.broadcast() ? "B" : "");
    }

    // ---- TRACKING ----

    private static void track(Session session, byte[][] args) {
        TrackingOptions options = options(session, args);
        if (Ascii.is(args[2], "ON")) {
            if (session.server().isMember()) {
                // Another member may change the key, and this one would not say so.
                throw new CommandException("ERR a member of a cluster does not track keys");
            }
            check(session.tracker.options(), options);
            session.server().tracking().begin(session.tracker, joined(session.tracker.options(), options));
        } else if (Ascii.is(args[2], "OFF")) {
            session.server().tracking().end(session.tracker);
        } else {
            throw new CommandException("ERR syntax error");
        }
        session.out().ok();
    }

    private static TrackingOptions options(Session session, byte[][] args) {
        long redirect = 0;
        boolean[] flags = new boolean[4];
        List<byte[]> prefixes = new ArrayList<>();
        for (int i = 3; i < args.length; i++) {
            boolean more = i + 1 < args.length;
            if (Ascii.is(args[i], "REDIRECT") && more) {
                if (redirect != 0) {
                    throw new CommandException("ERR A client can only redirect to a single other client");
                }
                redirect = Arguments.integer(args[++i]);
                if (!session.server().clients().containsKey(redirect)) {
                    throw new CommandException("ERR The client ID you want redirect to does not exist");
                }
            } else if (Ascii.is(args[i], "PREFIX") && more) {
                prefixes.add(args[++i]);
            } else {
                flags[flag(args[i])] = true;
            }
        }
        return new TrackingOptions(redirect, flags[0], flags[1], flags[2], flags[3], prefixes);
    }

    private static int flag(byte[] word) {
        List<String> names = List.of("BCAST", "OPTIN", "OPTOUT", "NOLOOP");
        for (int i = 0; i < names.size(); i++) {
            if (Ascii.is(word, names.get(i))) {
                return i;
            }
        }
        throw new CommandException("ERR syntax error");
    }

    private static void check(@Nullable TrackingOptions before, TrackingOptions options) {
        if (!options.broadcast() && !options.prefixes().isEmpty()) {
            throw new CommandException("ERR PREFIX option requires BCAST mode to be enabled");
        }
        if (before != null && before.broadcast() != options.broadcast()) {
            throw new CommandException(String.format(SWITCH, "BCAST", " on/off"));
        }
        if (options.broadcast() && (options.optIn() || options.optOut())) {
            throw new CommandException("ERR OPTIN and OPTOUT are not compatible with BCAST");
        }
        if (options.optIn() && options.optOut()) {
            throw new CommandException("ERR You can't specify both OPTIN mode and OPTOUT mode");
        }
        if (before != null && ((options.optIn() && before.optOut()) || (options.optOut() && before.optIn()))) {
            throw new CommandException(String.format(SWITCH, "OPTIN/OPTOUT", ""));
        }
        checkPrefixes(before == null ? List.of() : before.prefixes(), options.prefixes());
    }

    private static void checkPrefixes(List<byte[]> before, List<byte[]> prefixes) {
        for (int i = 0; i < prefixes.size(); i++) {
            for (byte[] old : before) {
                if (overlap(old, prefixes.get(i))) {
                    throw overlap(prefixes.get(i), "an existing", old);
                }
            }
            for (byte[] other : prefixes.subList(i + 1, prefixes.size())) {
                if (overlap(prefixes.get(i), other)) {
                    throw overlap(prefixes.get(i), "another provided", other);
                }
            }
        }
    }

    private static boolean overlap(byte[] a, byte[] b) {
        return Tracking.startsWith(a, b) || Tracking.startsWith(b, a);
    }

    private static CommandException overlap(byte[] prefix, String kind, byte[] other) {
        return new CommandException("ERR Prefix '" + Ascii.text(prefix) + "' overlaps with " + kind + " prefix '"
                + Ascii.text(other) + "'. Prefixes for a single client must not overlap.");
    }

    /** Returns options whose prefixes are those of both. A broadcast without prefixes is one of all keys. */
    private static TrackingOptions joined(@Nullable TrackingOptions before, TrackingOptions options) {
        List<byte[]> prefixes = new ArrayList<>(before == null ? List.of() : before.prefixes());
        prefixes.addAll(options.prefixes());
        if (options.broadcast()
                && options.prefixes().isEmpty()
                && prefixes.stream().noneMatch(p -> p.length == 0)) {
            prefixes.add(new byte[0]);
        }
        prefixes.sort(Arrays::compareUnsigned);
        return new TrackingOptions(
                options.redirect(),
                options.broadcast(),
                options.optIn(),
                options.optOut(),
                options.noLoop(),
                List.copyOf(prefixes));
    }

    // ---- CACHING and TRACKINGINFO ----

    private static void cache(Session session, byte[][] args) {
        TrackingOptions options = session.tracker.options();
        if (options == null) {
            throw new CommandException("ERR CLIENT CACHING can be called only when the client is in tracking mode with "
                    + "OPTIN or OPTOUT mode enabled");
        }
        boolean yes = Ascii.is(args[2], "YES");
        if (!yes && !Ascii.is(args[2], "NO")) {
            throw new CommandException("ERR syntax error");
        }
        if (yes && !options.optIn()) {
            throw new CommandException("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
        }
        if (!yes && !options.optOut()) {
            throw new CommandException("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
        }
        session.tracker.caching(true);
        session.out().ok();
    }

    private static void describe(Session session, byte[][] args) {
        Tracker tracker = session.tracker;
        TrackingOptions options = tracker.options();
        List<String> flags = new ArrayList<>(List.of(options == null ? "off" : "on"));
        if (options != null) {
            addIf(flags, options.broadcast(), "bcast");
            addIf(flags, options.optIn(), "optin");
            addIf(flags, options.optIn() && tracker.isCaching(), "caching-yes");
            addIf(flags, options.optOut(), "optout");
            addIf(flags, options.optOut() && tracker.isCaching(), "caching-no");
            addIf(flags, options.noLoop(), "noloop");
            addIf(flags, tracker.isBroken(), "broken_redirect");
        }
        ReplyWriter out = session.out();
        out.map(3);
        out.bulk("flags");
        out.set(flags.size());
        flags.forEach(out::bulk);
        out.bulk("redirect");
        out.integer(redirect(session));
        out.bulk("prefixes");
        List<byte[]> prefixes = options == null ? List.of() : options.prefixes();
        out.array(prefixes.size());
        prefixes.forEach(out::bulk);
    }

    private static void addIf(List<String> flags, boolean set, String name) {
        if (set) {
            flags.add(name);
        }
    }

    // ---- messages ----

    /** Sends the messages to the clients of a server. */
    record Sender(ServerState server) implements Tracking.Messages {
        @Override
        public boolean invalidate(long client, @Nullable List<byte[]> keys, boolean redirected) {
            Session session = server.clients().get(client);
            if (session != null) {
                session.push(() -> message(session, keys, redirected));
            }
            return session != null;
        }

        @Override
        public void broken(long client, long redirect) {
            Session session = server.clients().get(client);
            if (session != null) {
                session.push(() -> brokenMessage(session, redirect));
            }
        }
    }

    /** Returns a message in the protocol of the client that gets it; nothing if its protocol has none. */
    private static byte[] message(Session to, @Nullable List<byte[]> keys, boolean redirected) {
        ReplyWriter out = new ReplyWriter(64).resp3(to.info().resp3);
        if (to.info().resp3) {
            out.push(2);
            out.bulk("invalidate");
        } else if (redirected && !to.subscriptions.isEmpty()) {
            out.array(3);
            out.bulk("message");
            out.bulk(CHANNEL);
        } else {
            return new byte[0];
        }
        if (keys == null) {
            out.nullBulk();
        } else {
            out.array(keys.size());
            keys.forEach(out::bulk);
        }
        return out.toByteArray();
    }

    private static byte[] brokenMessage(Session to, long redirect) {
        if (!to.info().resp3) {
            return new byte[0];
        }
        ReplyWriter out = new ReplyWriter(64).resp3(true);
        out.push(2);
        out.bulk("tracking-redir-broken");
        out.integer(redirect);
        return out.toByteArray();
    }
}
