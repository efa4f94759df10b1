package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/**
 * The writes of a replica's threads on their way into the log. A write is first in the publication list, then in the
 * combiner's hand, then in a batch that is not in the log yet. Whatever error hits the combiner, each write is in one
 * of these three places, so that the next combiner finds it.
 *
 * <p>For the holder of the replica's lock.
 */
public final class PendingWrites {
    private final PublicationList publications;
    private final CombinerState state;

    PendingWrites(PublicationList publications, CombinerState state) {
        this.publications = publications;
        this.state = state;
    }

    /** Whether there is any such write. */
    boolean any() {
        return state.inHand != null || state.unfinished != null || !publications.isEmpty();
    }

    /**
     * Takes all published requests off the list. They join the requests in hand, as newer ones. Only {@code own}, if it
     * is in hand, stays the newest.
     */
    void take(@Nullable Request own) {
        publications.leftOver = false;
        Request published = publications.takeAll();
        if (published != null) { // no call from here on: an error would lose these requests, which only this thread has
            Request oldest = published;
            while (oldest.next != null) {
                oldest = oldest.next;
            }
            if (own != null && state.inHand == own) {
                oldest.next = own.next;
                own.next = published;
            } else {
                oldest.next = state.inHand;
                state.inHand = published;
            }
        }
    }

    /** Puts the operations of all requests in hand into a batch, oldest first. Returns the number of operations. */
    int collect(Object origin) {
        int size = 0;
        for (Request request = state.inHand; request != null; request = request.next) {
            size += request.size();
        }
        if (size == 0) {
            return 0;
        }
        Request[] requests = new Request[size];
        // Allocated last, so that it lies beside the entry in memory. Other nodes read both, on one or two cache lines.
        Object[] ops = new Object[size];
        int from = size;
        for (Request request = state.inHand; request != null; request = request.next) {
            from -= request.size();
            request.putInto(ops, requests, from);
        }
        state.unfinished = new Batch(origin, ops, requests);
        state.inHand = null;
        state.recentOperations = CombinerPolicy.afterBatch(state.recentOperations, size);
        return size;
    }

    /** Returns the batch that is not in the log yet; null if there is none. */
    public @Nullable Batch unfinished() {
        return state.unfinished;
    }

    /** Removes the batch from here. It is in the log, or is about to be applied without one. */
    public void finish() {
        state.unfinished = null;
    }

    /** Returns a request that was taken and not served, of another thread than the caller; null if there is none. */
    @Nullable
    Request unserved() {
        Batch batch = state.unfinished;
        if (batch == null && state.inHand == null) {
            return null;
        }
        Thread self = Thread.currentThread();
        for (Request request = state.inHand; request != null; request = request.next) {
            if (!request.isOf(self)) {
                return request;
            }
        }
        for (Request request : batch == null ? Batch.NO_REQUESTS : batch.requests) {
            if (request != null && !request.isOf(self)) {
                return request;
            }
        }
        return null;
    }

    /** Takes all published requests off the list, and refuses further ones. */
    void close() {
        while (!publications.tryClose() && !publications.isEmpty()) {
            take(/* own= */ null);
        }
    }

    /** Refuses further requests, unless some have been published, which must be taken first. */
    boolean tryClose() {
        return publications.tryClose();
    }

    /**
     * Redirects all requests in hand, and those of the batch unless it {@code isInLog}. Call {@link #close} first. Can
     * be repeated after an error.
     */
    void redirect(boolean isInLog) {
        for (Request request = state.inHand; request != null; request = state.inHand) {
            Request next = request.next; // read first: a redirected request belongs to its thread
            request.redirect();
            state.inHand = next;
        }
        Batch batch = state.unfinished;
        if (batch != null && !isInLog) {
            for (Request request : batch.requests) {
                if (request != null) {
                    request.redirect();
                }
            }
        }
        state.unfinished = null;
    }
}
