package org.nr4j.bench;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.nr4j.Dispatch;

/**
 * Flat combining without replication (Hendler, Incze, Shavit and Tzafrir, SPAA 2010): a thread publishes its operation in a publication of its own; whoever gets the one lock applies all that are published. Reads are operations as others.
 *
 * <p>Any number of threads. A thread that finds the lock free takes it and applies its own operation first, without publishing it.
 */
/*
 * The publication list. One is put in at the front when its thread first waits; the combiner takes out those that were not used for MAX_AGE of its rounds, but never the first, which others may be inserting before. Who waits looks whether its own
 * is still in, and puts it in again.
 *
 *   Publication.op      owner: release (W), after kind and before it waits; combiner: acquire, sees kind and, in a publication it serves, nothing else of the owner's. Null when there is nothing to do.
 *                  Combiner: release null, after answer; owner: acquire, sees answer.
 *   Publication.listed  owner: true before the publication goes in; combiner: false (volatile), after it took it out; owner: volatile.
 *   Publication.next    whoever puts the publication in, before the compareAndSet of newest that publishes it; the combiner, under the lock.
 *   busy           the lock. The structure is touched by its holder only: compareAndSet → setRelease.
 */
final class FlatCombining<R, W> implements Shared<R, W> {
    /** How often the combiner goes through the list before it leaves: what is published meanwhile is served too. */
    private static final int PASSES = 3;

    private static final int CLEANING_INTERVAL = 1024;
    private static final int MAX_AGE = 512;

    /** How often one looks before one yields, for whoever combines may be waiting for this processor. */
    private static final int SPINS = 256;

    private static final VarHandle OP = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "op", VarHandle.class, Publication.class, Object.class);

    private final Dispatch<R, W, Object> structure;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<Publication> newest = new AtomicReference<>();
    private final ThreadLocal<Publication> publications = ThreadLocal.withInitial(Publication::new);

    /** The combiner's. */
    private long round;

    /** What a thread wants done. Fields on either side keep those of two threads off one cache line. */
    private static final class Publication extends Before {
        Object op;
        Object answer;
        Throwable failure;
        Publication next;
        boolean write;
        volatile boolean listed;

        /** The combiner's. */
        long lastRound;

        @SuppressWarnings("unused")
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }

    @SuppressWarnings("unused")
    private abstract static class Before {
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }

    FlatCombining(Dispatch<R, W, Object> structure) {
        this.structure = structure;
    }

    @Override
    public Object execute(R op) {
        return run(op, /* write= */ false);
    }

    @Override
    public Object executeMut(W op) {
        return run(op, /* write= */ true);
    }

    private Object run(Object op, boolean write) {
        if (tryLock()) {
            try {
                return apply(op, write);
            } finally {
                combine();
                busy.setRelease(false);
            }
        }
        Publication publication = publications.get();
        publication.write = write;
        OP.setRelease(publication, op);
        await(publication);
        return answer(publication);
    }

    private boolean tryLock() {
        return !busy.getPlain() && busy.compareAndSet(false, true);
    }

    private void await(Publication publication) {
        for (int spins = 1; OP.getAcquire(publication) != null; spins++) {
            if (!publication.listed) {
                enlist(publication);
            }
            if (tryLock()) {
                combine();
                busy.setRelease(false);
            } else if (spins % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static Object answer(Publication publication) {
        Object answer = publication.answer;
        Throwable failure = publication.failure;
        publication.answer = null;
        if (failure != null) {
            publication.failure = null;
            throw new IllegalStateException("the operation failed where another thread applied it", failure);
        }
        return answer;
    }

    private void enlist(Publication publication) {
        publication.listed = true;
        Publication first;
        do {
            first = newest.get();
            publication.next = first;
        } while (!newest.compareAndSet(first, publication));
    }

    /** Serves all that is published; for the lock's holder. */
    private void combine() {
        if (newest.get() == null) {
            return;
        }
        round++;
        boolean served = true;
        for (int pass = 0; pass < PASSES && served; pass++) {
            served = false;
            for (Publication publication = newest.get(); publication != null; publication = publication.next) {
                Object op = OP.getAcquire(publication);
                if (op != null) {
                    serve(publication, op);
                    served = true;
                }
            }
        }
        if (round % CLEANING_INTERVAL == 0) {
            dropUnused();
        }
    }

    private void serve(Publication publication, Object op) {
        publication.lastRound = round;
        try {
            publication.answer = apply(op, publication.write);
        } catch (Throwable e) { // its owner's to handle
            publication.failure = e;
        }
        OP.setRelease(publication, null);
    }

    @SuppressWarnings("unchecked") // what execute and executeMut were given
    private Object apply(Object op, boolean write) {
        return write ? structure.dispatchMut((W) op) : structure.dispatch((R) op);
    }

    /** How many operations are published and not yet done. */
    int waiting() {
        int waiting = 0;
        for (Publication publication = newest.get(); publication != null; publication = publication.next) {
            waiting += OP.getAcquire(publication) == null ? 0 : 1;
        }
        return waiting;
    }

    private void dropUnused() {
        Publication before = Objects.requireNonNull(newest.get());
        for (Publication publication = before.next; publication != null; publication = before.next) {
            if (round - publication.lastRound > MAX_AGE && OP.getAcquire(publication) == null) {
                before.next = publication.next;
                publication.listed = false;
            } else {
                before = publication;
            }
        }
    }
}
