package org.nr4j.internal.replica;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.StaleRead;
import org.nr4j.internal.combine.Batch;
import org.nr4j.internal.combine.BatchRequest;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.combine.Failures;
import org.nr4j.internal.combine.Request;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.stats.CombineCounters;

/**
 * One replica: an instance of the user's structure behind its {@linkplain ReplicaLock lock}, with a {@linkplain
 * Combiner combiner} for the writes of the threads routed to it (ASPLOS 2017, §5).
 *
 * <p>A {@link LoggedReplica} is one of several and applies the log. A {@link SoleReplica} has the structure to itself.
 *
 * <p>Any thread may call the public methods. Writes are blocking in theory (a combiner that stops, stops its replica)
 * and bounded by the scheduler in practice; reads wait for writers only.
 */
/*
 * A replica is retired when it is removed, when another object takes over its structure (between sole and logged), when
 * it is quarantined, or when the instance closes. Its lock is never free again. What was published and is in no log is
 * redirected; every call that comes or waits here then ends with REDIRECTED, and its caller asks the ReplicaSet for
 * another replica. So a reference to a replica may be kept for any time, and the paths that are taken a million times a
 * second know nothing of all this.
 */
public abstract class Replica<R, W, A extends @Nullable Object> {
    private static final Object REDIRECTED = new Object();
    private static final VarHandle RESCUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "rescued", VarHandle.class, Replica.class, boolean.class);

    private final int id;
    private final int node;
    private final ReplicaSet<R, W, A> group;
    private final @Nullable ReentrancyGuard guard;
    private final HolderSection<R, A> readAsHolder = this::readAsHolder;
    private final ReplicaHolder<R, W, A> holder = new ReplicaHolder<>(this);
    final RequestPublisher publisher = new RequestPublisher(this);
    final Dispatch<R, W, A> dispatch;
    final ReplicaLock lock;
    final CombineCounters counters;

    /**
     * Whether a thread looks after what this replica left. A thread that could not start that sets it to false, as a
     * field, since it may have no stack for a call.
     */
    public volatile boolean rescued;

    /** @param guard recognises a thread that calls back; null where the lock does */
    Replica(
            int id,
            int node,
            ReplicaSet<R, W, A> group,
            Dispatch<R, W, A> dispatch,
            CombineCounters counters,
            @Nullable ReentrancyGuard guard) {
        this.id = id;
        this.node = node;
        this.group = group;
        this.dispatch = dispatch;
        this.lock = group.newLock(node);
        this.counters = counters;
        this.guard = guard;
    }

    abstract Combiner<W, A> combiner();

    /** Its number. */
    public final int id() {
        return id;
    }

    /** The number of its node. */
    public final int node() {
        return node;
    }

    /** The replicas of its log. */
    public final ReplicaSet<R, W, A> group() {
        return group;
    }

    /** Whether it has the structure to itself and works without the log. */
    public final boolean isSole() {
        return this instanceof SoleReplica;
    }

    /** The user's structure; to be touched as the lock's rules say. */
    public final Dispatch<R, W, A> dispatch() {
        return dispatch;
    }

    /** How many writes it has applied; exact for the lock's holder and for readers inside. */
    public abstract long writesApplied();

    /**
     * Whether a call of {@link #execute}, {@link #executeMut} or {@link #executeMutAll} returned this: the replica
     * serves no more, and nothing was done.
     */
    public static boolean isRedirected(@Nullable Object answer) {
        return answer == REDIRECTED || answer == Responses.REDIRECTED;
    }

    /** What such a call returns. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public static <T> T redirected() {
        return (T) REDIRECTED; // compared with by reference, before it is taken for anything else
    }

    // ---- reads ----

    /** Answers a read of the calling thread. */
    public final A execute(R op, long threadId) {
        boolean optimistic = dispatch.isOptimistic(op);
        ReentrancyGuard.Mark mark = enter(threadId);
        try {
            if (!awaitCompleted(threadId)) {
                return redirected();
            }
            return optimistic ? readOptimistically(op, threadId) : read(op, threadId);
        } finally {
            if (mark != null) {
                mark.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        }
    }

    /** Marks the calling thread as inside, so that a call back is noticed, unless the lock does that. */
    final ReentrancyGuard.@Nullable Mark enter(long threadId) {
        return guard == null ? null : guard.enter(threadId);
    }

    /**
     * Waits until every write is applied here that returned before this call. False if the replica is retired.
     *
     * <p>The bound first, then wait for it, then read: what returned before is below the bound.
     */
    abstract boolean awaitCompleted(long threadId);

    /** Reads; if anybody has written meanwhile, once more, as a reader for whom writers wait. */
    private A readOptimistically(R op, long threadId) {
        ReplicaLock lock = this.lock;
        long version = lock.tryOptimisticRead();
        if (version != ReplicaLock.WRITING) {
            try {
                A answer = dispatch.dispatch(op);
                if (lock.isUnchanged(version)) {
                    return answer;
                }
            } catch (Throwable e) {
                if (lock.isUnchanged(version)) {
                    throw e;
                }
            }
        }
        return read(op, threadId);
    }

    private A read(R op, long threadId) {
        A answer = lock.tryRead(dispatch, op, threadId);
        return ReplicaLock.isRefused(answer) ? readSlowPath(op, threadId) : answer;
    }

    /**
     * A writer is at work. Waits, then tries again. A reader that writers overtake again and again competes with them
     * for the lock, and reads as its holder.
     */
    private A readSlowPath(R op, long threadId) {
        try (Backoff backoff = newBackoff(threadId)) {
            for (int overtaken = 0; !lock.isRetired(); overtaken++) {
                lock.awaitReadable(backoff);
                A answer = lock.isAbandoned() || (overtaken >= CombinerPolicy.READER_PATIENCE && lock.isFree())
                        ? tryReadAsHolder(op, threadId)
                        : lock.tryRead(dispatch, op, threadId);
                if (!ReplicaLock.isRefused(answer)) {
                    return answer;
                }
            }
            return redirected();
        }
    }

    private A tryReadAsHolder(R op, long threadId) {
        try {
            return lock.tryUpdate(readAsHolder, op, threadId);
        } finally {
            try {
                combiner().serveOthers(threadId);
            } catch (VirtualMachineError e) {
                // They have to serve themselves. The caller hears of its own operation.
            }
        }
    }

    private A readAsHolder(R op, long threadId) {
        try {
            return combiner().broken == null ? dispatch.dispatch(op) : redirected();
        } finally {
            try {
                combiner().leave();
            } catch (VirtualMachineError e) {
                // Where the lock was not left, others take over: see HolderSection.
            }
        }
    }

    /**
     * Answers a read from the state as it is, unless a writer is at work.
     *
     * @return null in that case
     */
    public final @Nullable StaleRead<A> tryReadStale(R op, long threadId) {
        Object read = lock.tryRead(new StaleReader<>(this), op, threadId);
        return ReplicaLock.isRefused(read) ? null : staleRead(read);
    }

    @SuppressWarnings("unchecked")
    private static <A extends @Nullable Object> @Nullable StaleRead<A> staleRead(@Nullable Object read) {
        return (StaleRead<A>) read;
    }

    /** Reads, and says how far behind that was; null if the replica serves no more. */
    @SuppressWarnings("NullAway") // it does not know that an argument of a type may be nullable
    private record StaleReader<R, W, A extends @Nullable Object>(Replica<R, W, A> replica)
            implements Dispatch<R, W, @Nullable StaleRead<A>> {
        @Override
        public @Nullable StaleRead<A> dispatch(R op) {
            long lag = replica.group.lag(replica);
            A answer = replica.dispatch.dispatch(op);
            return isRedirected(answer) ? null : new StaleRead<>(answer, lag);
        }

        @Override
        public @Nullable StaleRead<A> dispatchMut(W op) {
            throw new UnsupportedOperationException("a stale read must not write");
        }
    }

    /**
     * Waits until this replica has applied the log up to {@code bound}, and does it itself if nobody else is at it.
     * False if it is retired.
     */
    public abstract boolean awaitApplied(long bound, long threadId);

    // ---- writes ----

    /** Applies and answers a write of the calling thread; throws what {@code dispatchMut} threw. */
    public abstract A executeMut(W op, long threadId);

    /** Applies and answers an atomic batch of the calling thread. */
    public final Responses executeMutAll(Object[] ops, long threadId) {
        BatchRequest request = new BatchRequest(ops);
        if (!submit(request, threadId)) {
            return Responses.REDIRECTED;
        }
        Failures.attachCaller(request.answers());
        return request.answers();
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null is an answer where A is nullable
    final A answer(Request request) {
        Throwable failure = request.failure();
        if (failure != null) {
            Failures.attachCaller(failure);
        }
        return (A) Failures.valueOrThrow(request.value(), failure);
    }

    /** Has a request of the calling thread answered; false if it was redirected. */
    final boolean submit(Request request, long threadId) {
        ReentrancyGuard.Mark mark = enter(threadId);
        try {
            return publisher.submit(request, threadId);
        } finally {
            if (mark != null) {
                mark.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        }
    }

    /** A thread has published a request and is about to wait. */
    void published() {}

    /**
     * A wait of a thread that is inside nothing. Who calls back, and was not noticed by {@link ReentrancyGuard}, may
     * wait for itself. This replica's lock tells at once. The others, to look at whose locks is dear, tell before it
     * sleeps. A write that it has published by then is done all the same.
     */
    final Backoff newBackoff(long threadId) {
        lock.refuseInside(threadId);
        return lock.newBackoff(() -> group.refuseInside(threadId));
    }

    // ---- for combiners, its own and others ----

    /** A combiner has left its lock: wakes the followers, and settles what became of a quarantined replica. */
    final void lockLeft(boolean quarantined) {
        group.followers().wake();
        if (quarantined) {
            group.settle(); // last: it may run out of memory
        }
    }

    /** Applies the log here, for one who found it full, unless somebody is at work here anyway. */
    public abstract boolean tryHelp(long bound, long threadId);

    /**
     * The index up to which this replica has applied the log. Acquire: pairs with the release in {@link LogCombiner}.
     */
    public abstract long localTail();

    /** Work as the lock's holder. */
    public final ReplicaHolder<R, W, A> holder() {
        return holder;
    }

    /** For the holder: applies the log up to {@code bound}. */
    abstract void replay(long bound, long threadId);

    /**
     * A cursor at the place in the log where this replica stands: for the holder of the lock. With several replicas
     * also for a reader inside, and for whoever else sees to it that this replica stays there.
     *
     * @param start the number of the first write that it is to hand over
     */
    public abstract <T> LogCursor<T> newCursor(long start);

    // ---- as a reader of several logs ----

    /** Whether the calling thread is inside this replica, as a reader or as its combiner. */
    final boolean isInside(long threadId) {
        return lock.isInside(threadId);
    }

    /** Works as a reader inside, unless a writer is at work: see {@link ReplicaLock#tryRead}. */
    public final <Q, T extends @Nullable Object> T tryInside(Dispatch<Q, ?, T> section, Q argument, long threadId) {
        return lock.tryRead(section, argument, threadId);
    }

    /** Waits for a writer to let readers in. */
    public final void awaitReadable(Backoff backoff) {
        lock.awaitReadable(backoff);
    }

    /** Applies what is in the log by now; a retired one does not. */
    public abstract void catchUp(long threadId);

    /** For a reader inside, so that it stays where it is: whether it has applied all of the log. */
    public abstract boolean isUpToDate();

    // ---- the end ----

    /** For the holder: it is about to be retired. */
    void retiring() {}

    /** Whether it serves no more. */
    public final boolean isRetired() {
        return lock.isRetired();
    }

    /** Whether an error while applying has made the structure useless; the lock is retired then, or about to be. */
    public final boolean isQuarantined() {
        return combiner().isQuarantined();
    }

    /** What broke it. */
    public final @Nullable VirtualMachineError error() {
        return combiner().broken;
    }

    /** The batches that it has left unanswered, linked; for a quarantined one. */
    final @Nullable Batch orphans() {
        return combiner().orphans();
    }

    /** Whether nobody looked after what it left; then it is the caller who does. */
    public final boolean beginRescue() {
        return RESCUED.compareAndSet(this, false, true);
    }

    /** What its combiners did. */
    public final CombineCounters counters() {
        return counters;
    }
}
