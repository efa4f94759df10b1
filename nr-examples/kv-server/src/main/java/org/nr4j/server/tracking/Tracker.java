package org.nr4j.server.tracking;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.engine.Request;

/** The tracking of one client. The client's thread changes it; the threads of writers read the options. */
public final class Tracker {
    private final long client;
    private volatile @Nullable TrackingOptions options;
    private volatile boolean broken;

    /** Whether CLIENT CACHING holds for the next command. */
    private boolean caching;

    /** The commands that CLIENT CACHING held for last. A command may run twice, so its arguments identify it. */
    private List<byte[][]> chosen = List.of();

    /** Creates the tracking of a client that does not track. */
    public Tracker(long client) {
        this.client = client;
    }

    /** Returns the number of the client. */
    public long client() {
        return client;
    }

    /** Returns the options; null if the client does not track. */
    public @Nullable TrackingOptions options() {
        return options;
    }

    void options(@Nullable TrackingOptions changed) {
        options = changed;
        broken = false;
        caching = false;
        chosen = List.of();
    }

    /** Whether the client that should get the messages is gone. */
    public boolean isBroken() {
        return broken;
    }

    void setBroken() {
        broken = true;
    }

    /** Whether CLIENT CACHING holds for the next command. */
    public boolean isCaching() {
        return caching;
    }

    /** Sets whether CLIENT CACHING holds for the next command. */
    public void caching(boolean holds) {
        caching = holds;
    }

    /** Notes that commands are about to run. CLIENT CACHING holds for the first, or for all of a transaction. */
    public void taken(List<Request> requests, boolean isTransaction) {
        if (caching) {
            caching = false;
            chosen = requests.stream()
                    .limit(isTransaction ? Long.MAX_VALUE : 1)
                    .map(Request::arguments)
                    .toList();
        }
    }

    /** Whether the client may keep what a command has read. */
    boolean remembers(Request request) {
        TrackingOptions now = options;
        if (now == null || now.broadcast()) {
            return false;
        }
        boolean isChosen = chosen.stream().anyMatch(arguments -> arguments == request.arguments());
        return now.optIn() ? isChosen : !(now.optOut() && isChosen);
    }
}
