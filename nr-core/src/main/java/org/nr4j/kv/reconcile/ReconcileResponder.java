package org.nr4j.kv.reconcile;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.internal.reconcile.answer.Responder;

/**
 * Answers the frames of {@link ReconcileSession}s of other stores. Any thread may use it; frames of one session take
 * turns.
 *
 * <p><b>Hostile initiators</b>. No frame makes {@link #answer} throw. The size of an answer has a limit, and so has the
 * number of sessions. The work for a frame is proportional to the bytes of the frame and of its answer. A responder
 * trusts its initiators with all entries of its range, so the transport must authenticate them.
 */
public final class ReconcileResponder {
    private final Responder responder;

    private ReconcileResponder(Responder responder) {
        this.responder = responder;
    }

    /**
     * Returns a responder that takes no entries. Mirrors and pulling sessions can use it.
     *
     * @param range the range of which initiators may read any part
     */
    public static ReconcileResponder readOnly(KeyValueStore store, KeyRange range, ReconcileOptions options) {
        ReconcileSession.check(store, range, options);
        return new ReconcileResponder(new Responder(store, range, null, options));
    }

    /**
     * Returns a responder that takes entries, too.
     *
     * @param range the range of which initiators may read and write any part
     * @param policy decides between an entry of the store and one of an initiator
     */
    public static ReconcileResponder writable(
            KeyValueStore store, KeyRange range, MergePolicy policy, ReconcileOptions options) {
        ReconcileSession.check(store, range, options);
        return new ReconcileResponder(new Responder(store, range, ReconcileSession.require(policy), options));
    }

    /**
     * Answers a frame.
     *
     * @param frame not changed; the caller must not change it during the call
     * @return the frame to send back; null if there is none, since the frame is no request or ends a session
     * @throws IllegalStateException if the store is closed, or keeps no fingerprints
     */
    public byte @Nullable [] answer(byte[] frame) {
        return responder.answer(frame);
    }

    /** Returns the number of sessions. Each one keeps a snapshot of the store. */
    public int sessions() {
        return responder.sessions();
    }

    /** Returns what this responder has done so far. */
    public ReconcileStats stats() {
        return responder.stats();
    }
}
