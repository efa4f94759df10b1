package org.nr4j;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.Replica;

/**
 * Ties a thread to a replica: its operations go there without a look-up. A token holds nothing that has to be given back, so one that was not closed, or whose thread died, costs nothing;
 * closing it makes a later use an error.
 *
 * <p>Only the thread that registered may use it. The promises are those of {@link NodeReplicated}.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer
 */
public final class ThreadToken<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final NodeReplicated<R, W, A> structure;
    private final Replica<R, W, A> replica;
    private final long threadId;
    /** The thread that may use this, null once closed; written and read by that thread only, as far as it behaves. */
    private @Nullable Thread owner;

    ThreadToken(NodeReplicated<R, W, A> structure, Replica<R, W, A> replica, Thread owner) {
        this.structure = structure;
        this.replica = replica;
        this.threadId = NodeReplicated.currentThreadId();
        this.owner = owner;
    }

    /** See {@link NodeReplicated#execute}. */
    public A execute(R op) {
        NodeReplicated.requireOperation(op);
        requireOwner();
        return replica.execute(op, threadId);
    }

    /** See {@link NodeReplicated#executeMut}. */
    public A executeMut(W op) {
        NodeReplicated.requireOperation(op);
        requireOwner();
        return replica.executeMut(op, threadId);
    }

    /** See {@link NodeReplicated#executeMutAll}. */
    public List<A> executeMutAll(List<? extends W> ops) {
        requireOwner();
        return structure.executeMutAll(replica, ops, threadId);
    }

    /** See {@link NodeReplicated#executeMutAsync}. */
    public CompletableFuture<A> executeMutAsync(W op) {
        requireOwner();
        return structure.executeMutAsync(op);
    }

    /** The number of the replica. */
    public int replica() {
        return replica.id();
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
            throw wrongUse();
        }
    }

    private IllegalStateException wrongUse() {
        Thread owner = this.owner;
        return owner == null
                ? new IllegalStateException("a token must not be used after it was closed: replica=" + replica.id()
                        + "; call register() again")
                : new IllegalStateException(
                        "a token must be used by the thread that registered: owner=" + owner.getName() + " caller="
                                + Thread.currentThread().getName() + "; call register() on each thread");
    }
}
