package org.nr4j.server.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nr4j.server.type.Keyspace;

/**
 * Has the values of the keys of coming requests brought into the processor's caches, for some requests at a time. In a
 * large store, most of the time of a short command is waiting for memory, and these waits overlap.
 */
final class RequestPrefetch {
    /** How many requests at a time: few enough that their values are still in the caches when they run. */
    private static final int AHEAD = 32;

    private final Keyspace keyspace;
    private final List<Request> requests = new ArrayList<>();
    private int next;

    RequestPrefetch(Keyspace keyspace, List<Unit> units) {
        this.keyspace = keyspace;
        for (Unit unit : units) {
            requests.addAll(unit.requests());
        }
    }

    /** Called before each request, in their order. Calls for requests that do not run may be missing. */
    void beforeNext() {
        if (next % AHEAD == 0 && next + 1 < requests.size()) {
            keyspace.prefetch(keys(requests.subList(next, Math.min(next + AHEAD, requests.size()))));
        }
        next++;
    }

    private static List<byte[]> keys(List<Request> requests) {
        List<byte[]> keys = new ArrayList<>(requests.size());
        byte[] last = {};
        for (Request request : requests) {
            int at = request.command().firstKey();
            if (at > 0 && at < request.arguments().length && !Arrays.equals(request.arguments()[at], last)) {
                last = request.arguments()[at];
                keys.add(Keyspace.storeKey(request.database(), last));
            }
        }
        return keys;
    }
}
