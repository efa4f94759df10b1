package org.nr4j.server.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands of one client that run one after the other.
 *
 * @param client the number of the client
 * @param resp3 whether the client has version 3 of the protocol
 * @param watches of a transaction: the keys that must not have changed; null if this is none
 */
public record Unit(long client, boolean resp3, @Nullable List<Watch> watches, List<Request> requests) {
    /** Returns units of one command each, or this unit if it is a transaction. */
    public List<Unit> split() {
        return isTransaction()
                ? List.of(this)
                : requests.stream()
                        .map(request -> new Unit(client, resp3, null, List.of(request)))
                        .toList();
    }

    /** Whether the commands are a transaction. */
    public boolean isTransaction() {
        return watches != null;
    }
}
