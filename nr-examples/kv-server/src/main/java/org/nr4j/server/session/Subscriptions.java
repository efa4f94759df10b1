package org.nr4j.server.session;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.nr4j.server.session.PubSub.Name;

/** What a session is subscribed to. */
final class Subscriptions {
    /** Kinds of subscriptions, with the words of their messages. */
    enum Kind {
        CHANNEL("subscribe", "unsubscribe"),
        PATTERN("psubscribe", "punsubscribe"),
        SHARD("ssubscribe", "sunsubscribe");

        final String begins;
        final String ends;

        Kind(String begins, String ends) {
            this.begins = begins;
            this.ends = ends;
        }
    }

    private final Map<Kind, Set<Name>> names = new EnumMap<>(Kind.class);

    Subscriptions() {
        for (Kind kind : Kind.values()) {
            names.put(kind, new LinkedHashSet<>());
        }
    }

    Set<Name> of(Kind kind) {
        return names.getOrDefault(kind, Set.of());
    }

    /** Returns the number that replies have: shard channels count for themselves. */
    int count(Kind kind) {
        return kind == Kind.SHARD
                ? of(kind).size()
                : of(Kind.CHANNEL).size() + of(Kind.PATTERN).size();
    }

    boolean isEmpty() {
        return count(Kind.CHANNEL) == 0 && count(Kind.SHARD) == 0;
    }
}
