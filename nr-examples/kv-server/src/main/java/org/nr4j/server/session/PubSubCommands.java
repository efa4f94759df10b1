package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.session.ConnectionCommands.SessionBody;
import org.nr4j.server.session.PubSub.Name;
import org.nr4j.server.session.Subscriptions.Kind;

/** Subscriptions and messages. */
final class PubSubCommands {
    private PubSubCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("SUBSCRIBE", (session, args) -> subscribe(session, args, Kind.CHANNEL));
        bodies.put("PSUBSCRIBE", (session, args) -> subscribe(session, args, Kind.PATTERN));
        bodies.put("SSUBSCRIBE", (session, args) -> subscribe(session, args, Kind.SHARD));
        bodies.put("UNSUBSCRIBE", (session, args) -> unsubscribe(session, args, Kind.CHANNEL));
        bodies.put("PUNSUBSCRIBE", (session, args) -> unsubscribe(session, args, Kind.PATTERN));
        bodies.put("SUNSUBSCRIBE", (session, args) -> unsubscribe(session, args, Kind.SHARD));
        bodies.put(
                "PUBLISH",
                (session, args) ->
                        session.out().integer(session.server().pubSub().publish(args[1], args[2])));
        bodies.put(
                "SPUBLISH",
                (session, args) ->
                        session.out().integer(session.server().pubSub().publishToShard(args[1], args[2])));
        bodies.put("PUBSUB", (session, args) -> {
            throw new CommandException("ERR wrong number of arguments for 'pubsub' command");
        });
        bodies.put("PUBSUB|CHANNELS", (session, args) -> channels(session, args, Kind.CHANNEL));
        bodies.put("PUBSUB|SHARDCHANNELS", (session, args) -> channels(session, args, Kind.SHARD));
        bodies.put("PUBSUB|NUMSUB", (session, args) -> count(session, args, Kind.CHANNEL));
        bodies.put("PUBSUB|SHARDNUMSUB", (session, args) -> count(session, args, Kind.SHARD));
        bodies.put(
                "PUBSUB|NUMPAT",
                (session, args) ->
                        session.out().integer(session.server().pubSub().patterns()));
        bodies.put("PUBSUB|HELP", Help::run);
    }

    private static void subscribe(Session session, byte[][] args, Kind kind) {
        for (int i = 1; i < args.length; i++) {
            session.server().pubSub().subscribe(session, kind, new Name(args[i]));
            confirm(session, kind, kind.begins, args[i]);
        }
    }

    private static void unsubscribe(Session session, byte[][] args, Kind kind) {
        List<Name> names = new ArrayList<>();
        for (int i = 1; i < args.length; i++) {
            names.add(new Name(args[i]));
        }
        if (args.length == 1) {
            names.addAll(session.subscriptions.of(kind));
            if (names.isEmpty()) {
                confirm(session, kind, kind.ends, null);
            }
        }
        for (Name name : names) {
            session.server().pubSub().unsubscribe(session, kind, name);
            confirm(session, kind, kind.ends, name.bytes());
        }
    }

    private static void confirm(Session session, Kind kind, String word, byte @Nullable [] name) {
        session.out().push(3);
        session.out().bulk(word);
        if (name == null) {
            session.out().nullBulk();
        } else {
            session.out().bulk(name);
        }
        session.out().integer(session.subscriptions.count(kind));
    }

    private static void channels(Session session, byte[][] args, Kind kind) {
        if (args.length > 3) {
            throw new CommandException("ERR wrong number of arguments for 'pubsub|"
                    + (kind == Kind.SHARD ? "shardchannels" : "channels") + "' command");
        }
        List<byte[]> found = session.server().pubSub().channels(kind, args.length == 3 ? args[2] : null);
        session.out().array(found.size());
        found.forEach(session.out()::bulk);
    }

    private static void count(Session session, byte[][] args, Kind kind) {
        session.out().array(2L * (args.length - 2));
        for (int i = 2; i < args.length; i++) {
            session.out().bulk(args[i]);
            session.out().integer(session.server().pubSub().subscribers(kind, args[i]));
        }
    }
}
