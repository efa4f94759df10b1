package org.nr4j.kv.internal.reconcile.answer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions of a responder, with a largest number. For any number of threads. */
public final class Sessions {
    private final int most;
    private final Map<Long, Served> sessions = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

    /** A session: its lock, and its answerer once it is open. */
    static final class Served {
        @Nullable
        Answerer answerer;
    }

    /** Creates an empty table. */
    public Sessions(int most) {
        this.most = most;
    }

    /**
     * Returns a session, and creates it if it does not exist. The session that was idle for longest then ends if there
     * are too many.
     */
    synchronized Served open(long session) {
        Served served = sessions.computeIfAbsent(session, each -> new Served());
        if (sessions.size() > most) {
            Long eldest = sessions.keySet().iterator().next();
            sessions.remove(eldest);
        }
        return served;
    }

    /** Returns a session, or null. */
    synchronized @Nullable Served find(long session) {
        return sessions.get(session);
    }

    /** Ends a session. */
    synchronized void close(long session) {
        sessions.remove(session);
    }

    /** Returns the number of sessions. */
    public synchronized int size() {
        return sessions.size();
    }
}
