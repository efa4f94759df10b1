package org.nr4j.kv;

import java.util.Map;
import java.util.Spliterator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.NodeReplicated;
import org.nr4j.cnr.CnrStats;
import org.nr4j.cnr.ConcurrentNodeReplicated;

/**
 * A replicated hash map: a {@link java.util.concurrent.ConcurrentMap} with a replica on each NUMA node. Stands where a {@code ConcurrentHashMap} does.
 *
 * <pre>{@code
 * try (ReplicatedMap<String, Integer> hits = ReplicatedMap.create()) {
 *     hits.merge("home", 1, Integer::sum);
 *     hits.get("home");
 * }
 * }</pre>
 *
 * <p><b>Keys and values</b> are shared by all replicas: they, and all they reach, must not change while they are in the map. Neither may be null. {@code hashCode} and {@code equals} of
 * keys run inside the replicas: they must give the same on each, and must not use the map, which gets an {@link IllegalStateException} (or, from inside a {@code get}, may go unnoticed). Keys of which many have the same
 * hash code make the map slow. A {@code get} may run beside a write and then hand {@code equals}, or a comparator, a null; what comes of that, an exception too, is thrown away, and the get done again ({@link org.nr4j.Dispatch#isOptimistic}).
 *
 * <p><b>Linearizable</b> are all operations on one key, and {@code size}, {@code putAll} and {@code clear}. {@code compute}, {@code merge} and their like change a key atomically,
 * by a function that runs on the caller's thread and, if another thread changed the key meanwhile, once more: as in {@code ConcurrentSkipListMap}, and other than in {@code ConcurrentHashMap}. It may use
 * the map. {@code replaceAll}, and {@code removeIf}, {@code removeAll} and {@code retainAll} of the views, are so for each key by itself. What would surely change nothing (putIfAbsent of a key
 * that is there, and the like) is a read.
 *
 * <p><b>Iterators, spliterators</b>, and what is built on them ({@code forEach}, {@code containsValue}, {@code equals}, {@code hashCode}, {@code toString}), are weakly consistent: they go through the map in chunks, each of which is one read, and
 * never throw {@code ConcurrentModificationException}. An entry that is in the map throughout is given exactly once; one that is put or removed meanwhile may be given, or not. A value is
 * that of when its chunk was read.
 *
 * <p>Threads, progress and memory effects are those of {@link NodeReplicated}. A map is open until {@link #close}; after that, every operation throws {@link IllegalStateException}.
 *
 * <p><b>Not serializable.</b> A replicated map is a live object: it has replicas on nodes, logs, locks and waiting threads.
 * Serialize a copy: {@code new HashMap<>(map)}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ReplicatedMap<K, V> extends MapBase<K, V> implements AutoCloseable {
    private static final int KEYS = Spliterator.CONCURRENT | Spliterator.DISTINCT | Spliterator.NONNULL;

    private ReplicatedMap(MapStore<K, V> store) {
        super(store);
    }

    /** An empty map with the defaults: one replica a node. */
    public static <K, V> ReplicatedMap<K, V> create() {
        return ReplicatedMap.<K, V>builder().build();
    }

    /** Starts building an empty map. */
    public static <K, V> Builder<K, V> builder() {
        return new Builder<>();
    }

    /**
     * Builds a {@link ReplicatedMap}.
     *
     * @param <K> the keys
     * @param <V> the values
     */
    public static final class Builder<K, V> extends ReplicatedMapBuilder<ReplicatedMap<K, V>, Builder<K, V>> {
        private static final int MOST_LOGS = 256;

        private final Options<K, V> options;

        private Builder() {
            this(new Options<>());
        }

        private Builder(Options<K, V> options) {
            super(options.builder);
            this.options = options;
        }

        /**
         * How many logs; by default one. Keys are spread over the logs by their hash codes, and writes to keys of different logs run side by side. What is of one key costs the same however many there are; {@code size}, {@code clear} and {@code putAll} cost more the more
         * there are. {@code hashCode} of a key is then called on the caller's thread, too.
         *
         * @throws IllegalArgumentException if not from 1 to 256
         */
        public Builder<K, V> logs(int logs) {
            options.logs = Limits.requireFromTo("logs", logs, MOST_LOGS);
            return this;
        }

        @Override
        Builder<K, V> self() {
            return this;
        }

        @Override
        public ReplicatedMap<K, V> build() {
            return new ReplicatedMap<>(
                    new MapStore<>(options.builder.logs(options.logs).build()));
        }

        /** What a builder holds; the tables it builds look up how many logs there are. */
        private static final class Options<K, V> {
            private int logs = 1;
            private final ConcurrentNodeReplicated.Builder<Object, MapChange<K, V>, @Nullable Object> builder =
                    MapStore.builder(this::newTable);

            private MapTable<K, V> newTable() {
                return logs == 1 ? new HashTable<>() : new HashParts<>(logs);
            }
        }
    }

    /**
     * Puts, and does not wait for it; see {@link NodeReplicated#executeMutAsync}.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} or {@code value} is null
     */
    public CompletableFuture<@Nullable V> putAsync(K key, V value) {
        return store.writeAsync(new MapChange.Put<>(admit(key), requireValue(value)));
    }

    /**
     * Removes, and does not wait for it; see {@link NodeReplicated#executeMutAsync}.
     *
     * @return the value the key had, or null
     * @throws NullPointerException if {@code key} is null
     */
    public CompletableFuture<@Nullable V> removeAsync(K key) {
        return store.writeAsync(new MapChange.Remove<>(admit(key)));
    }

    /** How many entries there are, at one instant. */
    @Override
    public int size() {
        return store.size();
    }

    /** Removes everything, as one write. */
    @Override
    public void clear() {
        if (!isEmpty()) {
            store.write(new MapChange.Clear<>());
        }
    }

    /** How many replicas there are. */
    public int replicas() {
        return store.replicated.replicas();
    }

    /** See {@link NodeReplicated#sync}. */
    public void sync() {
        store.replicated.sync();
    }

    /** See {@link ConcurrentNodeReplicated#stats}. */
    public CnrStats stats() {
        return store.replicated.stats();
    }

    /** See {@link NodeReplicated#close}. Views and iterators end with the map. */
    @Override
    public void close() {
        store.replicated.close();
    }

    @Override
    boolean covers(Object key) {
        return true;
    }

    @Override
    void checkComparable(Object[] pairs) {}

    @Override
    MapCursor<K, V> cursor() {
        return new MapCursor.Hashed<>(store);
    }

    @Override
    MapSpliterator.Traits<K> keyTraits() {
        return MapSpliterator.Traits.of(KEYS);
    }

    @Override
    MapSpliterator.Traits<Map.Entry<K, V>> entryTraits() {
        return MapSpliterator.Traits.of(KEYS);
    }

    @Override
    String rangeText() {
        return "all";
    }
}
