package org.nr4j.server.engine;

import java.util.List;
import java.util.function.Supplier;

/** Receives what a member has applied. Called by the thread that applies, so it must be quick and must not throw. */
public interface AppliedListener {
    /** Whether {@link #applied} is to be called. */
    boolean isInterested();

    /**
     * Units have run, whichever member they came from.
     *
     * @param replies their replies, a new batch at each call; throws if the units failed
     */
    void applied(List<Unit> units, Supplier<ReplyBatch> replies);

    /** All contents have been replaced. */
    void replaced();
}
