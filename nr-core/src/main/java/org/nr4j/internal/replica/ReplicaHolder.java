package org.nr4j.internal.replica;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.Snapshot;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.HolderSection;
import org.nr4j.internal.lock.ReplicaLock;

/**
 * Work as the holder of a replica's lock, of another kind than combining: to look at the structure, to copy it, to
 * retire the replica. Combiners let a thread go first that waits for that.
 *
 * <p>Any thread may take the lock; what is said to be for the holder, only the thread that has.
 */
public final class ReplicaHolder<R, W, A extends @Nullable Object> {
    private final Replica<R, W, A> replica;

    ReplicaHolder(Replica<R, W, A> replica) {
        this.replica = replica;
    }

    /**
     * Takes the lock, applies all writes up to now, and works while only the readers of this replica go on. Its writers
     * wait; those of others go on until the log is full.
     *
     * @return false if this replica is retired and the work was not begun
     */
    public boolean workAsHolder(Runnable work, long threadId) {
        Object begun = whileHeld(this::workInside, work, threadId);
        return begun == Boolean.TRUE;
    }

    private Boolean workInside(Runnable work, long threadId) {
        Boolean begun = Boolean.FALSE;
        try {
            replica.combiner().combine(/* own= */ null, threadId);
            replica.combiner().letReadersIn(threadId);
            begun = Boolean.TRUE;
            work.run();
        } catch (VirtualMachineError e) {
            replica.combiner().throwUnlessBroken(e);
        } finally {
            replica.combiner().leaveToOthers();
        }
        return begun;
    }

    /**
     * Takes the lock, waiting for it, and works at once, without applying anything.
     *
     * @return what the section returned; {@linkplain ReplicaLock#isRefused refused} if this replica is retired
     */
    public <T extends @Nullable Object, S extends @Nullable Object> S whileHeld(
            HolderSection<T, S> section, T argument, long threadId) {
        ReplicaLock lock = replica.lock;
        replica.combiner().await(1);
        try (Backoff backoff = lock.newBackoff()) {
            for (; ; ) {
                if (lock.isFree() || lock.isRetired()) {
                    S result = lock.tryUpdate(section, argument, threadId);
                    if (!ReplicaLock.isRefused(result) || lock.isRetired()) {
                        return result;
                    }
                }
                lock.awaitFree(backoff);
            }
        } finally {
            replica.combiner().await(-1);
        }
    }

    /** Takes the lock, if it is free and the structure good. */
    public boolean tryHold(long threadId) {
        if (!replica.lock.tryUpdate(threadId)) {
            return false;
        }
        if (replica.combiner().broken != null) { // taken over from one who could not quarantine it
            replica.combiner().leave();
            return false;
        }
        return true;
    }

    /** For the holder: leaves, and serves nobody. */
    public void release() {
        replica.combiner().leave();
    }

    /** The same, and wakes one who does: see {@link Combiner#leaveToOthers}. */
    public void leaveToOthers() {
        replica.combiner().leaveToOthers();
    }

    /** Serves those who were waiting when the caller left. */
    public void serve(long threadId) {
        replica.combiner().serveOthers(threadId);
    }

    /** For the holder: keeps readers out. */
    public void keepReadersOut(long threadId) {
        replica.lock.upgrade(threadId);
    }

    /** For the holder: what a function makes of the structure, and which writes it has. */
    public <S extends @Nullable Object> Snapshot<S> snapshot(
            Function<? super Dispatch<R, W, A>, ? extends S> function) {
        return new Snapshot<>(replica.writesApplied(), function.apply(replica.dispatch));
    }

    /**
     * Applies the log up to {@code bound}, then lets readers in again. False if that failed, and the replica is
     * quarantined.
     */
    public boolean tryReplay(long bound, long threadId) {
        return tryAsHolder(() -> {
            replica.replay(bound, threadId);
            replica.combiner().letReadersIn(threadId);
        });
    }

    /**
     * For the holder of the locks of all replicas, for ever: applies all that was published, then refuses more. False
     * as {@link #tryReplay}.
     */
    public boolean tryDrain(long threadId) {
        return tryAsHolder(() -> {
            do {
                replica.combiner().combine(/* own= */ null, threadId);
            } while (!replica.combiner().tryClose());
        });
    }

    private boolean tryAsHolder(Runnable work) {
        if (replica.combiner().isQuarantined()) {
            return false; // since the caller took the lock
        }
        try {
            work.run();
            return true;
        } catch (VirtualMachineError e) {
            replica.combiner().throwUnlessBroken(e);
            replica.combiner().leave();
            return false;
        }
    }

    /**
     * For the holder, who has applied all of the log: ends the service of this replica. Who waits or comes asks
     * another.
     */
    public void retire(long threadId) {
        if (replica.lock.isRetired()) {
            return;
        }
        replica.lock.upgrade(threadId);
        replica.retiring();
        replica.combiner().retire();
    }

    /**
     * For the holder, in any mode: an error has hit the structure. Once the lock is left, this replica is quarantined.
     */
    public void setBroken(VirtualMachineError error, long threadId) {
        replica.combiner().broken = error;
        replica.lock.upgrade(threadId);
    }

    /**
     * Quarantines it, unless it is: an error of the virtual machine has hit the structure, by the way of another log.
     */
    public void quarantine(VirtualMachineError error, long threadId) {
        Object unused = whileHeld(this::quarantineInside, error, threadId);
    }

    private Boolean quarantineInside(VirtualMachineError error, long threadId) {
        try {
            setBroken(error, threadId);
        } finally {
            replica.combiner().leave();
        }
        return Boolean.TRUE;
    }
}
