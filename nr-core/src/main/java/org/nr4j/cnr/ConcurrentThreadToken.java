package org.nr4j.cnr;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.StaleRead;
import org.nr4j.internal.admin.Operations;

/**
 * A binding of a thread to a replica: the thread's operations go there without a look-up of its node.
 *
 * <p>Only the thread that registered may use the token. The promises are those of {@link ConcurrentNodeReplicated}. A
 * token holds no resources, so a token that is never closed costs nothing. Using a closed token is an error.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what the operations answer
 */
public final class ConcurrentThreadToken<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final ConcurrentNodeReplicated<R, W, A> structure;
    private final int replica;
    private final long threadId = Operations.currentThreadId();

    /** The thread that may use this token; null once it is closed. Only that thread writes it. */
    private @Nullable Thread owner = Thread.currentThread();

    ConcurrentThreadToken(ConcurrentNodeReplicated<R, W, A> structure, int replica) {
        this.structure = structure;
        this.replica = replica;
    }

    /** See {@link ConcurrentNodeReplicated#execute}. */
    public A execute(R op) {
        requireOwner();
        return structure.execute(op, replica, threadId);
    }

    /** See {@link ConcurrentNodeReplicated#executeStale}. */
    public StaleRead<A> executeStale(R op) {
        requireOwner();
        return structure.executeStale(op, replica, threadId);
    }

    /** See {@link ConcurrentNodeReplicated#executeMut}. */
    public A executeMut(W op) {
        requireOwner();
        return structure.executeMut(op, replica, threadId);
    }

    /** See {@link ConcurrentNodeReplicated#executeMutAll}. */
    public List<A> executeMutAll(List<? extends W> ops) {
        requireOwner();
        return structure.executeMutAll(ops, replica, threadId);
    }

    /** See {@link ConcurrentNodeReplicated#executeMutAsync}. */
    public CompletableFuture<A> executeMutAsync(W op) {
        requireOwner();
        return structure.executeMutAsync(op);
    }

    /** Waits until this token's replica has applied these writes; see {@link ConcurrentNodeReplicated#awaitApplied}. */
    public void awaitApplied(LogIndexes indexes) {
        requireOwner();
        structure.awaitApplied(indexes, replica, threadId);
    }

    /** Returns the number of the replica that serves the thread. */
    public int replica() {
        return structure.serving(replica, threadId);
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
            throw Operations.wrongUse(owner, replica);
        }
    }
}
