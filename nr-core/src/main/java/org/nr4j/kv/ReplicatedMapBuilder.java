package org.nr4j.kv;

import java.util.concurrent.Executor;
import org.nr4j.NodeReplicated;
import org.nr4j.WaitStrategy;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.topology.NumaTopology;

/**
 * Builds a replicated map. The options are those of {@link NodeReplicated.Builder}. One thread at a time may use it. It
 * can be used again.
 *
 * @param <M> the map
 * @param <B> the builder itself
 */
public abstract class ReplicatedMapBuilder<M, B extends ReplicatedMapBuilder<M, B>> {
    private final ConcurrentNodeReplicated.Builder<?, ?, ?> options;

    ReplicatedMapBuilder(ConcurrentNodeReplicated.Builder<?, ?, ?> options) {
        this.options = options;
    }

    abstract B self();

    /** See {@link NodeReplicated.Builder#replicas}. */
    public B replicas(int replicas) {
        options.replicas(replicas);
        return self();
    }

    /** See {@link NodeReplicated.Builder#logCapacity}. */
    public B logCapacity(int entries) {
        options.logCapacity(entries);
        return self();
    }

    /** See {@link NodeReplicated.Builder#topology}. */
    public B topology(NumaTopology topology) {
        options.topology(topology);
        return self();
    }

    /** See {@link NodeReplicated.Builder#waitStrategy}. */
    public B waitStrategy(WaitStrategy waitStrategy) {
        options.waitStrategy(waitStrategy);
        return self();
    }

    /**
     * Sets the executor that applies {@code putAsync} and {@code removeAsync} and completes their futures; see
     * {@link NodeReplicated.Builder#executor}.
     */
    public B executor(Executor executor) {
        options.executor(executor);
        return self();
    }

    /** Builds an empty map. */
    public abstract M build();
}
