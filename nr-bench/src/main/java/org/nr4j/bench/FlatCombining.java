package org.nr4j.bench;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.nr4j.Dispatch;

/**
 * Flat combining without replication (Hendler, Incze, Shavit and Tzafrir, SPAA 2010). A thread publishes its operation
 * in a place of its own. The thread that gets the one lock (the combiner) applies all published operations. Reads are
 * handled like writes.
 *
 * <p>Any number of threads may call. A thread that finds the lock free takes it and applies its own operation first,
 * without publishing it.
 */
/*
 * The publication list. A waiting thread inserts its publication at the front. The combiner removes publications
 * that were not used for MAX_AGE of its rounds. It never removes the first one, since other threads may be inserting
 * before it. A waiting thread checks whether its publication is still in the list, and inserts it again if not.
 *
 *   busy                the lock: compareAndSet to take it, release to leave it. Its holder owns the structure and
 *                       the rounds.
 *   Publication.op      owner: release, after write; combiner: acquire, so it sees write.
 *                       combiner: release null, after answer and failure; owner: acquire, so it sees them.
 *   Publication.listed  owner: true, before it inserts; combiner: false, after it removes; both volatile.
 *   Publication.next    the owner writes it before the compareAndSet of newest that inserts the publication; later
 *                       only the lock's holder writes it. The holder sees it by its volatile read of newest or by
 *                       the lock.
 */
final class FlatCombining<R, W> implements Shared<R, W> {
    /**
     * How often the combiner goes through the list before it leaves. It thereby serves operations published meanwhile,
     * too.
     */
    private static final int PASSES = 3;

    private static final int CLEANING_INTERVAL = 1024;
    private static final int MAX_AGE = 512;

    /** How many times a waiting thread spins before it yields. The combiner may be waiting for this processor. */
    private static final int SPINS = 256;

    private static final VarHandle OP = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "op", VarHandle.class, Publication.class, Object.class);

    private final Dispatch<R, W, Object> structure;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<Publication> newest = new AtomicReference<>();
    private final ThreadLocal<Publication> publications = ThreadLocal.withInitial(Publication::new);

    private final Rounds rounds = new Rounds();

    /**
     * How many rounds found something to combine. Only the combiner uses it; padding separates it from fields that all
     * threads read.
     */
    private static final class Rounds extends Before {
        long count;

        @SuppressWarnings("unused")
        private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }

    /** A thread's request. Padding on either side keeps the requests of two threads on different cache lines. */
    private static final class Publication extends Before {
        Object op;
        Object answer;
        Throwable failure;
        Publication next;
        boolean write;
        volatile boolean listed;

        /** Used by the combiner only. */
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

    /** Serves all published operations. The caller must hold the lock. */
    private void combine() {
        if (newest.get() == null) {
            return;
        }
        rounds.count++;
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
        if (rounds.count % CLEANING_INTERVAL == 0) {
            dropUnused();
        }
    }

    private void serve(Publication publication, Object op) {
        publication.lastRound = rounds.count;
        try {
            publication.answer = apply(op, publication.write);
        } catch (Throwable e) { // the owner rethrows it
            publication.failure = e;
        }
        OP.setRelease(publication, null);
    }

    @SuppressWarnings("unchecked") // execute and executeMut gave these types
    private Object apply(Object op, boolean write) {
        return write ? structure.dispatchMut((W) op) : structure.dispatch((R) op);
    }

    /** Returns how many operations are published and not yet done. */
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
            if (rounds.count - publication.lastRound > MAX_AGE && OP.getAcquire(publication) == null) {
                before.next = publication.next;
                publication.listed = false;
            } else {
                before = publication;
            }
        }
    }
}
