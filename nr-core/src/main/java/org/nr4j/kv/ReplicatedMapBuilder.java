package org.nr4j.kv;

import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nr4j.NodeReplicated;
import org.nr4j.WaitStrategy;
import org.nr4j.topology.NumaTopology;

/**
 * Builds a replicated map; the options are those of {@link NodeReplicated.Builder}. For one thread at a time; can be used again.
 *
 * @param <M> the map
 */
public final class ReplicatedMapBuilder<M> {
    private final NodeReplicated.Builder<?, ?, ?> options;
    private final Supplier<M> maps;

    <R, W, A> ReplicatedMapBuilder(
            NodeReplicated.Builder<R, W, A> options, Function<? super NodeReplicated<R, W, A>, ? extends M> map) {
        this.options = options;
        this.maps = () -> map.apply(options.build());
    }

    /** See {@link NodeReplicated.Builder#replicas}. */
    public ReplicatedMapBuilder<M> replicas(int replicas) {
        options.replicas(replicas);
        return this;
    }

    /** See {@link NodeReplicated.Builder#logCapacity}. */
    public ReplicatedMapBuilder<M> logCapacity(int entries) {
        options.logCapacity(entries);
        return this;
    }

    /** See {@link NodeReplicated.Builder#topology}. */
    public ReplicatedMapBuilder<M> topology(NumaTopology topology) {
        options.topology(topology);
        return this;
    }

    /** See {@link NodeReplicated.Builder#waitStrategy}. */
    public ReplicatedMapBuilder<M> waitStrategy(WaitStrategy waitStrategy) {
        options.waitStrategy(waitStrategy);
        return this;
    }

    /** Where {@code putAsync} and {@code removeAsync} are applied and their futures completed; see {@link NodeReplicated.Builder#executor}. */
    public ReplicatedMapBuilder<M> executor(Executor executor) {
        options.executor(executor);
        return this;
    }

    /** Builds an empty map. */
    public M build() {
        return maps.get();
    }
}
