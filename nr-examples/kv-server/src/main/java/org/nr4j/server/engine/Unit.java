package org.nr4j.server.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands of one client that run one after the other.
 *
 * @param client the number of the client
 * @param resp3 whether the client has version 3 of the protocol
 * @param watches of a transaction: the keys that must not have changed; null if this is none
 * @param rules what the scripts among the commands may do; null for everything
 */
public record Unit(
        long client,
        boolean resp3,
        @Nullable List<Watch> watches,
        List<Request> requests,
        @Nullable String rules) {
    /** Creates a unit without scripts, or whose scripts may do everything. */
    public Unit(long client, boolean resp3, @Nullable List<Watch> watches, List<Request> requests) {
        this(client, resp3, watches, requests, null);
    }

    /** Returns units of one command each, or this unit if it is a transaction. */
    public List<Unit> split() {
        return isTransaction()
                ? List.of(this)
                : requests.stream()
                        .map(request -> new Unit(client, resp3, null, List.of(request), rules))
                        .toList();
    }

    /** Whether the commands are a transaction. */
    public boolean isTransaction() {
        return watches != null;
    }
}
