package org.nr4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.replica.Replica;

/**
 * Ties a thread to a replica: its operations go there without a look-up. A token holds nothing that has to be given back, so one that was not closed, or whose thread died, costs nothing;
 * closing it makes a later use an error.
 *
 * <p>A token stays valid when its replica is removed or replaced: it goes over to another one. Only the thread that registered may use it. The promises are those of {@link NodeReplicated}.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer
 */
public final class ThreadToken<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final NodeReplicated<R, W, A> structure;
    private final long threadId;
    /** Where the operations go; another one once this is retired. */
    private Replica<R, W, A> replica;
    /** The thread that may use this, null once closed; written and read by that thread only, as far as it behaves. */
    private @Nullable Thread owner;

    ThreadToken(NodeReplicated<R, W, A> structure, Replica<R, W, A> replica, Thread owner) {
        this.structure = structure;
        this.replica = replica;
        this.threadId = Operations.currentThreadId();
        this.owner = owner;
    }

    /** See {@link NodeReplicated#execute}. */
    public A execute(R op) {
        Operations.require(op);
        requireOwner();
        A answer = replica.execute(op, threadId);
        return Replica.isRedirected(answer) ? structure.execute(move(), op, threadId) : answer;
    }

    /** See {@link NodeReplicated#executeStale}; asks the replica of this token first. */
    public StaleRead<A> executeStale(R op) {
        Operations.require(op);
        requireOwner();
        return structure.executeStale(replica.isRetired() ? move() : replica, op, threadId);
    }

    /** See {@link NodeReplicated#executeMut}. */
    public A executeMut(W op) {
        Operations.require(op);
        requireOwner();
        A answer = replica.executeMut(op, threadId);
        return Replica.isRedirected(answer) ? structure.executeMut(move(), op, threadId) : answer;
    }

    /** See {@link NodeReplicated#executeMutAll}. */
    public List<A> executeMutAll(List<? extends W> ops) {
        requireOwner();
        return structure.executeMutAll(replica.isRetired() ? move() : replica, ops, threadId);
    }

    /** See {@link NodeReplicated#executeMutAsync}. */
    public CompletableFuture<A> executeMutAsync(W op) {
        requireOwner();
        return structure.executeMutAsync(op);
    }

    /** The number of the replica that served the last operation, or will serve the next. */
    public int replica() {
        return replica.id();
    }

    /** The replica is retired: goes over to its successor, so that the token stays valid. */
    private Replica<R, W, A> move() {
        replica = structure.successor(replica, threadId);
        return replica;
    }

    /**
     * Ends the use of this token. Closing twice does nothing.
     *
     * @throws IllegalStateException if called by another thread
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
