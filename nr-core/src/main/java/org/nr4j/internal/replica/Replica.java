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
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.ReplicaLock;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.stats.CombineCounters;

/**
 * One replica: an instance of the user's structure behind its {@linkplain ReplicaLock lock}, with a {@linkplain
 * Combiner combiner} for the writes of the threads that are routed to it (ASPLOS 2017, §5).
 *
 * <p>A {@link LoggedReplica} is one of several and applies the log. A {@link SoleReplica} is the only one and works
 * without the log.
 *
 * <p>Any thread may call the public methods. In theory, writes block: a combiner that stops, stops its replica. In
 * practice, the scheduler bounds the wait. Reads wait for writers only.
 */
/*
 * A replica is retired when it is removed, when another object takes over its structure (between sole and logged), when
 * it is quarantined, or when the instance closes. Its lock is then never free again. Published requests that are in no
 * log are redirected. Every call that comes or waits here ends with REDIRECTED, and its caller asks the ReplicaSet for
 * another replica. So a thread may keep a reference to a replica for any time, and the fast paths have no code for
 * changes of the replicas.
 */
public abstract class Replica<R, W, A extends @Nullable Object> {
    /** One object for answers of all kinds, so that one comparison recognizes it. */
    private static final Object REDIRECTED = Responses.REDIRECTED;

    private static final VarHandle RESCUED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "rescued", VarHandle.class, Replica.class, boolean.class);

    private final int id;
    private final int node;
    private final ReplicaSet<R, W, A> group;
    private final @Nullable ReentrancyGuard guard;
    private final ReplicaHolder<R, W, A> holder = new ReplicaHolder<>(this);
    final RequestPublisher publisher = new RequestPublisher(this);
    final Dispatch<R, W, A> dispatch;
    final ReplicaLock lock;
    final CombineCounters counters;

    /**
     * Whether a thread has begun to rescue this replica. A thread that could not start the rescue sets it to false. A
     * public field, since that thread may have no stack for a call.
     */
    public volatile boolean rescued;

    /** @param guard recognises a thread that calls back; null if the lock alone does */
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

    /** Returns the number of this replica. */
    public final int id() {
        return id;
    }

    /** Returns the number of its node. */
    public final int node() {
        return node;
    }

    /** Returns the replicas of its log. */
    public final ReplicaSet<R, W, A> group() {
        return group;
    }

    /** Whether this is the only replica, which works without the log. */
    public final boolean isSole() {
        return this instanceof SoleReplica;
    }

    /** Returns the user's structure. The caller must keep the rules of the lock. */
    public final Dispatch<R, W, A> dispatch() {
        return dispatch;
    }

    /** Returns how many writes the replica has applied. Exact for the lock's holder and for readers inside. */
    public abstract long writesApplied();

    /**
     * Whether {@code answer} is what {@link #execute}, {@link #executeMut} or {@link #executeMutAll} returns when the
     * replica is retired and nothing was done.
     */
    public static boolean isRedirected(@Nullable Object answer) {
        return answer == REDIRECTED;
    }

    /** Returns what such a call returns. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public static <T> T redirected() {
        return (T) REDIRECTED; // callers compare it by reference before they use it
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

    /**
     * Marks the calling thread as inside, so that a call back is recognised. Returns null if the lock alone recognises
     * it.
     */
    final ReentrancyGuard.@Nullable Mark enter(long threadId) {
        return guard == null ? null : guard.enter(threadId);
    }

    /**
     * Waits until this replica has applied every write that returned before this call. Returns false if the replica is
     * retired.
     *
     * <p>First the thread takes the bound, then it waits for the bound, then it reads. Every write that returned before
     * is below the bound.
     */
    abstract boolean awaitCompleted(long threadId);

    /**
     * Reads without entering the lock. If a thread has written meanwhile, reads once more as a reader inside, for which
     * writers wait.
     */
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
     * Waits until the writer lets readers in, then tries again. A reader that writers overtake repeatedly competes with
     * them for the lock, and reads as its holder.
     */
    private A readSlowPath(R op, long threadId) {
        try (Backoff backoff = newBackoff(threadId)) {
            for (int overtaken = 0; !lock.isRetired(); overtaken++) {
                lock.awaitReadable(backoff);
                A answer = lock.isAbandoned() || (overtaken >= CombinerPolicy.READER_PATIENCE && lock.isFree())
                        ? holder.tryRead(op, threadId)
                        : lock.tryRead(dispatch, op, threadId);
                if (!ReplicaLock.isRefused(answer)) {
                    return answer;
                }
            }
            return redirected();
        }
    }

    /**
     * Answers a read from the present state, unless a writer keeps readers out.
     *
     * @return null if a writer does
     */
    public final @Nullable StaleRead<A> tryReadStale(R op, long threadId) {
        Object read = lock.tryRead(new StaleReader<>(this), op, threadId); // an Object: it may be no StaleRead
        return staleRead(read);
    }

    /** Returns what a stale read answered; null if a writer was at work, or the read answered null. */
    @SuppressWarnings("unchecked")
    public static <A extends @Nullable Object> @Nullable StaleRead<A> staleRead(@Nullable Object read) {
        return ReplicaLock.isRefused(read) ? null : (StaleRead<A>) read;
    }

    /** Reads, and says how many writes the replica lacks. Returns null if the replica is retired. */
    @SuppressWarnings("NullAway") // NullAway does not know that a type argument may be nullable
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
     * Waits until this replica has applied the log up to {@code bound}. Applies the log itself if no other thread holds
     * the lock. Returns false if the replica is retired.
     */
    public abstract boolean awaitApplied(long bound, long threadId);

    // ---- writes ----

    /** Applies and answers a write of the calling thread. Throws what {@code dispatchMut} threw. */
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

    /** Has a request of the calling thread answered. Returns false if it was redirected. */
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

    /** Called when a thread has published a request and is about to wait. */
    void published() {}

    /**
     * Creates a backoff for a thread that is inside no replica. A thread that calls back might wait for itself, if
     * {@link ReentrancyGuard} missed the call. So this method checks this replica's lock at once. The backoff checks
     * the locks of all replicas before it sleeps, since that costs remote cache misses. A write that the thread has
     * published by then is applied nevertheless.
     */
    final Backoff newBackoff(long threadId) {
        lock.refuseInside(threadId);
        return lock.newBackoff(() -> group.refuseInside(threadId));
    }

    // ---- for combiners, its own and others ----

    /**
     * Wakes the followers after a combiner has left its lock. If the replica was quarantined, also takes it out of
     * service.
     */
    final void lockLeft(boolean quarantined) {
        group.followers().wake();
        if (quarantined) {
            group.settle(); // last: it may run out of memory
        }
    }

    /**
     * Applies the log here up to {@code bound}, for a thread that needs it applied. Returns false, without effect, if
     * the lock is taken or there is nothing to apply.
     */
    public abstract boolean tryHelp(long bound, long threadId);

    /**
     * Returns the index up to which this replica has applied the log. Acquire: pairs with the release in {@link
     * LogCombiner}.
     */
    public abstract long localTail();

    /** Returns the methods for a thread that wants to hold the lock. */
    public final ReplicaHolder<R, W, A> holder() {
        return holder;
    }

    /** Applies the log up to {@code bound}. For the holder. */
    abstract void replay(long bound, long threadId);

    /**
     * Creates a cursor at the log index up to which this replica has applied the log. For the lock's holder. With
     * several replicas, also for a reader inside, or any thread that makes sure that this replica stays at this index.
     *
     * @param start the number of the first write that the cursor passes on
     */
    public abstract <T> LogCursor<T> newCursor(long start);

    // ---- as a reader of several logs ----

    /** Whether the calling thread is inside this replica, as a reader or as its combiner. */
    final boolean isInside(long threadId) {
        return lock.isInside(threadId);
    }

    /** Runs a section as a reader inside, unless a writer keeps readers out: see {@link ReplicaLock#tryRead}. */
    public final <Q, T extends @Nullable Object> T tryInside(Dispatch<Q, ?, T> section, Q argument, long threadId) {
        return lock.tryRead(section, argument, threadId);
    }

    /** Waits until a writer lets readers in. */
    public final void awaitReadable(Backoff backoff) {
        lock.awaitReadable(backoff);
    }

    /** Applies the log up to its present tail. A retired replica does nothing. */
    public abstract void catchUp(long threadId);

    /** Whether this replica has applied all of the log. For a reader inside, so that the replica stays where it is. */
    public abstract boolean isUpToDate();

    // ---- the end ----

    /** Called by the holder when the replica is about to be retired. */
    void retiring() {}

    /** Whether this replica is retired, so that it serves no calls. */
    public final boolean isRetired() {
        return lock.isRetired();
    }

    /**
     * Whether an error while applying has left the structure in an unknown state. The lock is then retired, or about to
     * be.
     */
    public final boolean isQuarantined() {
        return combiner().isQuarantined();
    }

    /** Returns the error that broke the replica, or null. */
    public final @Nullable VirtualMachineError error() {
        return combiner().broken;
    }

    /** Returns the batches that a quarantined replica has left unanswered, linked. */
    final @Nullable Batch orphans() {
        return combiner().orphans();
    }

    /** Returns true for the first caller only, which must then rescue the replica. */
    public final boolean beginRescue() {
        return RESCUED.compareAndSet(this, false, true);
    }

    /** Returns the counters of its combiners. */
    public final CombineCounters counters() {
        return counters;
    }
}
