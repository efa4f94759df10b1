package org.nr4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.replica.Replica;

/**
 * The registration of a thread with a replica. Operations through the token go to that replica without a look-up.
 *
 * <ul>
 *   <li><b>Threads</b>: only the thread that registered may use the token.
 *   <li><b>Promises</b>: those of {@link NodeReplicated}.
 *   <li><b>Membership</b>: the token stays valid when its replica is removed or replaced. It moves to another replica.
 *   <li><b>Cost</b>: a token holds no resource. A token that is not closed, or whose thread died, costs nothing. A use
 *       after {@link #close} is an error.
 * </ul>
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> the type of the answers
 */
public final class ThreadToken<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final NodeReplicated<R, W, A> structure;
    private final long threadId;

    /** The replica that serves the operations. A retired replica is replaced by its successor. */
    private Replica<R, W, A> replica;

    /** The thread that may use the token; null once the token is closed. Only that thread writes the field. */
    private @Nullable Thread owner;

    ThreadToken(NodeReplicated<R, W, A> structure, Replica<R, W, A> replica, Thread owner) {
        this.structure = structure;
        this.replica = replica;
        this.threadId = Operations.currentThreadId();
        this.owner = owner;
    }

    /** Reads, as {@link NodeReplicated#execute} does. */
    public A execute(R op) {
        Operations.require(op);
        requireOwner();
        A answer = replica.execute(op, threadId);
        return Replica.isRedirected(answer) ? structure.execute(move(), op, threadId) : answer;
    }

    /** Reads without waiting, as {@link NodeReplicated#executeStale} does. Tries the replica of this token first. */
    public StaleRead<A> executeStale(R op) {
        Operations.require(op);
        requireOwner();
        return structure.executeStale(replica.isRetired() ? move() : replica, op, threadId);
    }

    /** Writes, as {@link NodeReplicated#executeMut} does. */
    public A executeMut(W op) {
        Operations.require(op);
        requireOwner();
        A answer = replica.executeMut(op, threadId);
        return Replica.isRedirected(answer) ? structure.executeMut(move(), op, threadId) : answer;
    }

    /** Writes a batch, as {@link NodeReplicated#executeMutAll} does. */
    public List<A> executeMutAll(List<? extends W> ops) {
        requireOwner();
        return structure.executeMutAll(replica.isRetired() ? move() : replica, ops, threadId);
    }

    /** Submits a write, as {@link NodeReplicated#executeMutAsync} does. */
    public CompletableFuture<A> executeMutAsync(W op) {
        requireOwner();
        return structure.executeMutAsync(op);
    }

    /** Waits until this token's replica has applied these writes, as {@link NodeReplicated#awaitApplied} does. */
    public void awaitApplied(long index) {
        requireOwner();
        structure.awaitApplied(replica.isRetired() ? move() : replica, index, threadId);
    }

    /** Returns the number of the replica that this token uses. */
    public int replica() {
        return replica.id();
    }

    /** Replaces the retired replica of this token by its successor. */
    private Replica<R, W, A> move() {
        replica = structure.successor(replica, threadId);
        return replica;
    }

    /**
     * Ends the use of this token. A second close does nothing.
     *
     * @throws IllegalStateException if another thread than the owner calls this method
     */
    @Override
    public void close() {
        if (owner != null) {
            requireOwner();
            owner = null;
        }
    }

    private void requireOwner() {
        if (Thread.currentThread() != owner) {
            throw Operations.wrongUse(owner, replica.id());
        }
    }
}
