package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/**
 * The writes of a replica's threads on their way into the log: published, then in hand of the combiner, then in a batch
 * that is not in the log yet. Whatever error hits the combiner, each is in one of the three, so that the next one finds
 * it.
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

    /** Whether there are any. */
    boolean any() {
        return state.inHand != null || state.unfinished != null || !publications.isEmpty();
    }

    /** Takes what was published: behind {@code own}, where that is in hand, and in front of the rest. */
    void take(@Nullable Request own) {
        publications.leftOver = false;
        Request published = publications.takeAll();
        if (published != null) { // no calls from here on: nobody else has them
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

    /** Gathers the operations of all requests in hand, oldest first, into a batch; returns how many. */
    int collect(Object origin) {
        int size = 0;
        for (Request request = state.inHand; request != null; request = request.next) {
            size += request.size();
        }
        if (size == 0) {
            return 0;
        }
        Request[] requests = new Request[size];
        // Last, to be beside the entry in memory: both are read by other nodes, and lie on one line or two.
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

    /** The batch that is not in the log yet. */
    public @Nullable Batch unfinished() {
        return state.unfinished;
    }

    /** The batch is in the log, or applied. */
    public void finish() {
        state.unfinished = null;
    }

    /** One of those whose requests were taken and not served; not the calling thread. */
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

    /** Takes what was published, and refuses more. */
    void close() {
        while (!publications.tryClose() && !publications.isEmpty()) {
            take(/* own= */ null);
        }
    }

    /** Refuses more, unless something has been published that is to be taken first. */
    boolean tryClose() {
        return publications.tryClose();
    }

    /** After {@link #close}: redirects all; those of the batch only if it {@code isInLog} not. May be repeated. */
    void redirect(boolean isInLog) {
        for (Request request = state.inHand; request != null; request = state.inHand) {
            Request next = request.next; // its thread goes on once it is redirected
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
