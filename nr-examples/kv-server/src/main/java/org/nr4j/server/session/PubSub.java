package org.nr4j.server.session;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Globs;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.Subscriptions.Kind;

/** Who is subscribed to what. For any number of threads. */
final class PubSub {
    /** The bytes of a channel or a pattern. */
    record Name(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Name that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    private final Map<Kind, Map<Name, Set<Session>>> subscribers = new EnumMap<>(Kind.class);

    PubSub() {
        for (Kind kind : Kind.values()) {
            subscribers.put(kind, new ConcurrentHashMap<>());
        }
    }

    private Map<Name, Set<Session>> of(Kind kind) {
        return subscribers.getOrDefault(kind, Map.of());
    }

    // ---- subscriptions: on the session's thread ----

    void subscribe(Session session, Kind kind, Name name) {
        if (session.subscriptions.of(kind).add(name)) {
            of(kind).compute(name, (key, sessions) -> {
                Set<Session> all = sessions == null ? ConcurrentHashMap.newKeySet() : sessions;
                all.add(session);
                return all;
            });
        }
    }

    void unsubscribe(Session session, Kind kind, Name name) {
        if (session.subscriptions.of(kind).remove(name)) {
            of(kind).computeIfPresent(name, (key, sessions) -> {
                sessions.remove(session);
                return sessions.isEmpty() ? null : sessions;
            });
        }
    }

    void unsubscribeAll(Session session) {
        for (Kind kind : Kind.values()) {
            for (Name name : List.copyOf(session.subscriptions.of(kind))) {
                unsubscribe(session, kind, name);
            }
        }
    }

    // ---- messages ----

    /** Sends a message to all subscribers of a channel. Returns how many there are. */
    int publish(byte[] channel, byte[] message) {
        int receivers = send(Kind.CHANNEL, new Name(channel), null, channel, message);
        for (Name pattern : of(Kind.PATTERN).keySet()) {
            if (Globs.matches(pattern.bytes, channel)) {
                receivers += send(Kind.PATTERN, pattern, pattern.bytes, channel, message);
            }
        }
        return receivers;
    }

    /** Sends a message to all subscribers of a shard channel. Returns how many there are. */
    int publishToShard(byte[] channel, byte[] message) {
        return send(Kind.SHARD, new Name(channel), null, channel, message);
    }

    private int send(Kind kind, Name name, byte @Nullable [] pattern, byte[] channel, byte[] message) {
        int receivers = 0;
        for (Session session : of(kind).getOrDefault(name, Set.of())) {
            ReplyWriter out = new ReplyWriter(channel.length + message.length + 64).resp3(session.info().resp3);
            out.push(pattern == null ? 3 : 4);
            out.bulk(kind == Kind.SHARD ? "smessage" : pattern == null ? "message" : "pmessage");
            if (pattern != null) {
                out.bulk(pattern);
            }
            out.bulk(channel);
            out.bulk(message);
            session.push(out.toByteArray());
            receivers++;
        }
        return receivers;
    }

    // ---- figures ----

    /** Returns the channels that have subscribers and match a pattern; all if there is none. */
    List<byte[]> channels(Kind kind, byte @Nullable [] pattern) {
        return of(kind).keySet().stream()
                .map(Name::bytes)
                .filter(name -> pattern == null || Globs.matches(pattern, name))
                .toList();
    }

    int subscribers(Kind kind, byte[] name) {
        return of(kind).getOrDefault(new Name(name), Set.of()).size();
    }

    int patterns() {
        return of(Kind.PATTERN).size();
    }
}
