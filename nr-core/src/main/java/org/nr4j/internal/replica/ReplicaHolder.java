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
 * Work of another kind than combining, as the holder of a replica's lock: to read the structure, to copy it, to retire
 * the replica. Combiners let a thread go first that waits for such work.
 *
 * <p>Any thread may call the methods that take the lock. Methods marked "for the holder" are only for the thread that
 * holds it.
 */
public final class ReplicaHolder<R, W, A extends @Nullable Object> {
    private final Replica<R, W, A> replica;
    private final HolderSection<R, A> read = this::readInside;

    ReplicaHolder(Replica<R, W, A> replica) {
        this.replica = replica;
    }

    /**
     * Takes the lock, applies all writes up to now, and runs the work. Meanwhile, readers of this replica go on, and
     * its writers wait. Writers of other replicas go on until the log is full.
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
     * Waits for the lock, takes it, and runs the section at once, without applying anything first.
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

    /**
     * Takes the lock if it is free or abandoned, reads, and leaves the lock. Then serves the threads that waited.
     *
     * @return the answer; {@linkplain ReplicaLock#isRefused refused} if the lock was not available; a redirection if
     *     the structure is broken
     */
    A tryRead(R op, long threadId) {
        try {
            return replica.lock.tryUpdate(read, op, threadId);
        } finally {
            try {
                replica.combiner().serveOthers(threadId);
            } catch (VirtualMachineError e) {
                // These threads must serve themselves. The caller gets the answer of its own operation.
            }
        }
    }

    private A readInside(R op, long threadId) {
        try {
            return replica.combiner().broken == null ? replica.dispatch.dispatch(op) : Replica.redirected();
        } finally {
            try {
                replica.combiner().leave();
            } catch (VirtualMachineError e) {
                // If the lock was not left, another thread takes it over: see HolderSection.
            }
        }
    }

    /** Takes the lock if it is free and the structure is not broken. */
    public boolean tryHold(long threadId) {
        if (!replica.lock.tryUpdate(threadId)) {
            return false;
        }
        if (replica.combiner().broken != null) { // the last holder could not quarantine the replica
            replica.combiner().leave();
            return false;
        }
        return true;
    }

    /** Leaves the lock without serving anybody. For the holder. */
    public void release() {
        replica.combiner().leave();
    }

    /** Leaves the lock and wakes a waiting thread, which serves: see {@link Combiner#leaveToOthers}. For the holder. */
    public void leaveToOthers() {
        replica.combiner().leaveToOthers();
    }

    /** Serves the threads that waited when the caller left the lock. */
    public void serve(long threadId) {
        replica.combiner().serveOthers(threadId);
    }

    /** Waits for the readers inside, and keeps others out. For the holder. */
    public void keepReadersOut(long threadId) {
        replica.lock.upgrade(threadId);
    }

    /**
     * Applies a function to the structure. Returns the result with the number of writes that the structure has. For the
     * holder.
     */
    public <S extends @Nullable Object> Snapshot<S> snapshot(
            Function<? super Dispatch<R, W, A>, ? extends S> function) {
        return new Snapshot<>(replica.writesApplied(), function.apply(replica.dispatch));
    }

    /**
     * Applies the log up to {@code bound}, then lets readers in again. Returns false if an error has broken the
     * structure, and the replica is quarantined. For the holder.
     */
    public boolean tryReplay(long bound, long threadId) {
        return tryAsHolder(() -> {
            replica.replay(bound, threadId);
            replica.combiner().letReadersIn(threadId);
        });
    }

    /**
     * Applies all that was published, then refuses further requests. Returns false as {@link #tryReplay} does. For a
     * thread that holds the locks of all replicas for ever.
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
            return false; // quarantined since the caller took the lock
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
     * Ends the service of this replica. Threads that wait or come later ask another replica. For the holder, which must
     * have applied all of the log.
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
     * Reports that an error has broken the structure. When the lock is left, the replica is quarantined. For the
     * holder, in any mode.
     */
    public void setBroken(VirtualMachineError error, long threadId) {
        replica.combiner().broken = error;
        replica.lock.upgrade(threadId);
    }

    /**
     * Quarantines this replica, unless it is retired. An error of the virtual machine has hit the structure while
     * another log was applied.
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
