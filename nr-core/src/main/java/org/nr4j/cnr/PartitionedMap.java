package org.nr4j.cnr;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link java.util.concurrent.ConcurrentMap} made of plain, single-threaded maps: on each replica one for each log, with the keys whose hash codes belong to it. Writes to keys of different logs run side by side.
 *
 * <pre>{@code
 * try (PartitionedMap<String, Integer> hits = PartitionedMap.of(HashMap::new)) {
 *     hits.merge("home", 1, Integer::sum);
 *     hits.get("home");
 *     hits.size();                              // of one moment, over all parts
 * }
 * }</pre>
 *
 * <p><b>Any map will do</b> as a part whose {@code get} changes nothing, which does the same wherever it is given the same writes, and whose equal keys have equal hash codes: a {@code HashMap}, a {@code TreeMap}, one for primitive keys behind the interface; not a
 * {@code WeakHashMap}, nor a {@code LinkedHashMap} in the order of access, nor a {@code TreeMap} that ignores case. What a part refuses by an exception, such as a key that a {@code TreeMap} cannot compare, reaches the caller; of a {@code putAll}, the entries before that one
 * are put then. Parts that are {@link AutoCloseable} are closed with the map.
 *
 * <p><b>Keys and values</b> are shared by all replicas: they, and all they reach, must not change while they are in the map. Neither may be null. {@code hashCode}, {@code equals} and {@code compareTo} of keys run inside the replicas: they must give the same on each, and must
 * not use the map, which gets an {@link IllegalStateException}.
 *
 * <p><b>Linearizable</b> are all operations on one key; {@code size}, {@code isEmpty}, {@code putAll} and {@code clear}; and the copies that iterators go through. {@code compute}, {@code merge} and their like change a key atomically, by a function that
 * runs on the caller's thread and, if another thread changed the key meanwhile, once more: as in {@code ConcurrentSkipListMap}, and other than in {@code ConcurrentHashMap}. It may use the map. {@code replaceAll}, and {@code removeIf}, {@code removeAll} and
 * {@code retainAll} of the views, do so for each key by itself. What would surely change nothing (putIfAbsent of a key that is there, and the like) is a read.
 *
 * <p><b>Iterators, spliterators</b>, and what is built on them ({@code forEach}, {@code containsValue}, {@code hashCode}, {@code toString}), go through a copy of all entries, as they were at one moment between the call and its return. They give the keys part by part,
 * sorted or not, and never throw {@code ConcurrentModificationException}. To copy takes time and memory in proportion to the size of the map, and writers wait meanwhile: for a map so large that this matters, use {@code org.nr4j.kv.ReplicatedMap}, whose iterators
 * copy a little at a time and do not see one moment.
 *
 * <p>Threads, progress, memory effects and errors are those of {@link ConcurrentNodeReplicated}. A map is open until {@link #close}; after that, every operation throws {@link IllegalStateException}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class PartitionedMap<K, V> extends MapOverLogs<K, V> {

    private PartitionedMap(ConcurrentNodeReplicated<Object, MapWrite<K, V>, @Nullable Object> replicated) {
        super(replicated);
    }

    /**
     * An empty map with the defaults.
     *
     * @param parts makes one part of one replica, empty
     */
    public static <K, V> PartitionedMap<K, V> of(Supplier<? extends Map<K, V>> parts) {
        return PartitionedMap.<K, V>builder(parts).build();
    }

    /**
     * Starts building an empty map.
     *
     * @param parts makes one part of one replica, empty
     */
    public static <K, V> LogMapBuilder<PartitionedMap<K, V>> builder(Supplier<? extends Map<K, V>> parts) {
        return new LogMapBuilder<>(parts, logs -> logs, PartitionedMap::new);
    }
}
