package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.DistinctInstances;
import org.nr4j.topology.NumaTopology;

/**
 * Builds a map over several logs; the options are those of {@link ConcurrentNodeReplicated.Builder}. For one thread at a time; can be used again.
 *
 * @param <M> the map
 */
public final class LogMapBuilder<M> {
    private final ConcurrentNodeReplicated.Builder<?, ?, ?> options;
    private final Supplier<M> maps;

    /**
     * @param supplier makes one map of one replica
     * @param mapsOfReplica how many maps a replica has, given how many logs there are
     * @param facade the map that its caller gets
     */
    <K, V> LogMapBuilder(
            Supplier<? extends Map<K, V>> supplier,
            IntUnaryOperator mapsOfReplica,
            Function<? super ConcurrentNodeReplicated<Object, MapWrite<K, V>, @Nullable Object>, ? extends M> facade) {
        DistinctInstances<Map<K, V>> distinct = new DistinctInstances<>(Objects.requireNonNull(
                supplier, "supplier must not be null: pass a constructor reference such as HashMap::new"));
        ConcurrentNodeReplicated.Builder<Object, MapWrite<K, V>, @Nullable Object> builder =
                ConcurrentNodeReplicated.builder(
                        () -> new MapReplica<>(emptyMaps(distinct, mapsOfReplica.applyAsInt(logs()))),
                        MapReplica::logsOfRead,
                        MapWrite::logs);
        this.options = builder;
        this.maps = () -> facade.apply(builder.build());
    }

    private int logs() {
        return options.logs();
    }

    private static <K, V> List<Map<K, V>> emptyMaps(Supplier<Map<K, V>> supplier, int count) {
        List<Map<K, V>> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<K, V> map = supplier.get();
            if (!map.isEmpty()) {
                throw new IllegalArgumentException("the supplier must make empty maps: map=" + i + " size=" + map.size()
                        + "; put the entries into the map once it is built");
            }
            result.add(map);
        }
        return result;
    }

    /** See {@link ConcurrentNodeReplicated.Builder#logs}. */
    public LogMapBuilder<M> logs(int logs) {
        options.logs(logs);
        return this;
    }

    /** See {@link ConcurrentNodeReplicated.Builder#replicas}. */
    public LogMapBuilder<M> replicas(int replicas) {
        options.replicas(replicas);
        return this;
    }

    /** See {@link ConcurrentNodeReplicated.Builder#logCapacity}. */
    public LogMapBuilder<M> logCapacity(int entries) {
        options.logCapacity(entries);
        return this;
    }

    /** See {@link ConcurrentNodeReplicated.Builder#topology}. */
    public LogMapBuilder<M> topology(NumaTopology topology) {
        options.topology(topology);
        return this;
    }

    /** See {@link ConcurrentNodeReplicated.Builder#waitStrategy}. */
    public LogMapBuilder<M> waitStrategy(WaitStrategy waitStrategy) {
        options.waitStrategy(waitStrategy);
        return this;
    }

    /** Where {@code putAsync} and {@code removeAsync} are applied and their futures completed; see {@link ConcurrentNodeReplicated.Builder#executor}. */
    public LogMapBuilder<M> executor(Executor executor) {
        options.executor(executor);
        return this;
    }

    /**
     * Builds an empty map.
     *
     * @throws IllegalArgumentException if a supplier of maps returns null, the same map twice, or one that is not empty
     */
    public M build() {
        return maps.get();
    }
}
