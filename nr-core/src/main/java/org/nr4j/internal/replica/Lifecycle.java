package org.nr4j.internal.replica;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Whether the replicas of one log serve, and what ends their service. A thread may close the instance. Or an error may
 * break the last replica, and the instance stops.
 *
 * <p>Any thread may call the methods, unless they say otherwise.
 */
/*
 * `closed` is set before the locks are retired. A thread that finds all locks retired by quarantine sets `failure`. A
 * retired lock sends every thread to a slow path, which settles and then reads both.
 */
public final class Lifecycle<R, W, A extends @Nullable Object> {
    private final ReplicaSet<R, W, A> replicas;

    /** Rescues quarantined replicas. */
    private volatile @Nullable Rescuer<R, W, A> rescuer;

    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;
    private volatile @Nullable IllegalStateException failure;

    /** Rescues quarantined replicas. */
    @FunctionalInterface
    public interface Rescuer<R, W, A extends @Nullable Object> {
        /**
         * Completes the requests that a quarantined replica left, and rebuilds the replica if possible. Does so only
         * once for a replica. Never throws.
         */
        void rescue(ReplicaSet<R, W, A> replicas, Replica<R, W, A> quarantined);
    }

    Lifecycle(ReplicaSet<R, W, A> replicas) {
        this.replicas = replicas;
    }

    /** Sets what rescues quarantined replicas. Called once, before any other thread has a reference. */
    void begin(Rescuer<R, W, A> rescuer) {
        this.rescuer = rescuer;
    }

    /** Throws if the instance is closed or has stopped. */
    void checkUsable() {
        if (isStopped()) {
            throw stopped();
        }
    }

    /** Throws if the instance has stopped, since an error has broken the last replica. */
    void checkIntact() {
        if (failure != null) {
            throw stopped();
        }
    }

    /** Whether the instance is closed or has stopped, so that no operation is possible. */
    boolean isStopped() {
        return closed || failure != null;
    }

    /** Returns the exception for an operation that is refused. */
    private IllegalStateException stopped() {
        IllegalStateException failure = this.failure;
        return failure != null
                ? new IllegalStateException(failure.getMessage(), failure.getCause())
                : new IllegalStateException(
                        "an operation needs an open instance: closed=true; close an instance after its last use, or build a new one");
    }

    /** Whether close has begun. */
    boolean isClosing() {
        return closing.get();
    }

    /**
     * Takes quarantined replicas out of service, and has each of them rescued. Stops the instance if no replica is
     * left.
     *
     * <p>The thread that hit the error calls this. It may have too little memory to finish, so every thread that
     * notices the quarantine calls this too.
     */
    void settle() {
        Membership<R, W, A> before = replicas.members();
        while (before.hasUnnoticed()) {
            Membership<R, W, A> after = before.noticed();
            if (after == null) {
                stop(before.replicas.get(0));
                return;
            }
            replicas.tryReplace(before, after);
            before = replicas.members();
        }
        Rescuer<R, W, A> rescuer = this.rescuer;
        if (rescuer != null) {
            before.quarantined.forEach(replica -> rescuer.rescue(replicas, replica));
        }
    }

    /** Stops the instance, with all its logs. */
    private void stop(Replica<R, W, A> last) {
        if (failure != null) {
            return;
        }
        IllegalStateException failure = new IllegalStateException(
                "dispatchMut must not exhaust the memory or the stack: replica=" + last.id() + " threw=" + last.error()
                        + "; no replica is left whose state is known and the instance has stopped, build a new one",
                last.error());
        replicas.logs().forEach(log -> log.lifecycle().fail(failure));
    }

    private void fail(IllegalStateException failure) {
        if (this.failure == null) {
            this.failure = failure;
            replicas.followers().finish(replicas.log().writes(), failure);
        }
    }

    /** Begins to close: from then on, no writer waits for a follower. Returns false if closing has begun before. */
    public boolean beginClosing() {
        boolean first = closing.compareAndSet(false, true);
        replicas.followers().release();
        return first;
    }

    /** Retires the replicas and ends all service. For the holder of all their locks that has applied the whole log. */
    public void end(List<Replica<R, W, A>> held, long threadId) {
        long end = replicas.index();
        closed = true;
        for (Replica<R, W, A> replica : held) { // no lambda: see StackReserve
            replica.holder().retire(threadId);
        }
        replicas.followers().finish(end, failure);
    }
}
