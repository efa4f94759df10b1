package org.nr4j.bench;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jctools.maps.NonBlockingHashMap;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.WriteBatch;
import org.nr4j.examples.ycsb.Zipfian;

/**
 * A map from integers to integers that holds all its keys from the beginning. Reads look a key up; writes replace its
 * value.
 */
final class MapSubject implements Subject<Integer, MapSubject.Put> {
    /**
     * The largest number of draws that are made beforehand. More draws contain more of the rare keys, but take more of
     * the caches: 4 MiB at most.
     */
    private static final int MOST_DRAWS = 1 << 20;

    private final Kind kind;
    private final Integer[] keys;
    private final Put[] puts;

    /** Turns a random number into a key. */
    private final IntUnaryOperator draw;

    private final int draws;

    /** A write. */
    record Put(Integer key, Integer value) {}

    /** The kinds of maps. */
    enum Kind {
        HASHED(HashMap::new, ConcurrentHashMap::new, io.vavr.collection.HashMap.empty()),
        ORDERED(TreeMap::new, ConcurrentSkipListMap::new, io.vavr.collection.TreeMap.empty());

        private final Supplier<Map<Integer, Integer>> plain;
        private final Supplier<Map<Integer, Integer>> concurrent;
        private final io.vavr.collection.Map<Integer, Integer> persistent;

        Kind(
                Supplier<Map<Integer, Integer>> plain,
                Supplier<Map<Integer, Integer>> concurrent,
                io.vavr.collection.Map<Integer, Integer> persistent) {
            this.plain = plain;
            this.concurrent = concurrent;
            this.persistent = persistent;
        }

        /** Returns the kind by the name of the JDK's plain map: {@code HashMap} or {@code TreeMap}. */
        static Kind of(String name) {
            return switch (name) {
                case "HashMap" -> HASHED;
                case "TreeMap" -> ORDERED;
                default -> throw new IllegalArgumentException("a map must be HashMap or TreeMap: structure=" + name);
            };
        }

        /** Creates a map for one thread. */
        Map<Integer, Integer> newMap() {
            return plain.get();
        }

        /** Creates the JDK's concurrent map of this kind. */
        Map<Integer, Integer> newConcurrentMap() {
            return concurrent.get();
        }
    }

    private MapSubject(Kind kind, int entries, int draws, IntUnaryOperator draw) {
        this.kind = kind;
        this.draws = draws;
        this.draw = draw;
        this.keys = new Integer[entries];
        this.puts = new Put[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = i;
            puts[i] = new Put(keys[i], keys[i]);
        }
    }

    /** Creates a map whose keys are all equally likely. */
    static MapSubject uniform(Kind kind, int entries) {
        return new MapSubject(kind, entries, entries, i -> i);
    }

    /**
     * Creates a map of which few keys are drawn often and most keys rarely ({@link Zipfian}). The frequent keys lie
     * anywhere.
     */
    static MapSubject zipfian(Kind kind, int entries) {
        SplittableRandom random = new SplittableRandom(42);
        int[] shuffled = new int[entries];
        for (int i = 0; i < entries; i++) {
            int j = random.nextInt(i + 1);
            shuffled[i] = shuffled[j];
            shuffled[j] = i;
        }
        Zipfian zipfian = new Zipfian(entries);
        int[] drawn = new int[Math.min(MOST_DRAWS, Math.max(1 << 16, entries))];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = shuffled[(int) zipfian.next(random)];
        }
        return new MapSubject(kind, entries, drawn.length, i -> drawn[i]);
    }

    /** Creates the map under node replication, for callers that need more than reads and writes. */
    NodeReplicated<Integer, Put, Object> replicated(int replicas) {
        return NodeReplicated.builder(this::plain)
                .copier(MapDispatch::copy)
                .replicas(replicas)
                .build();
    }

    /** Returns a write for each key, in ascending order. */
    Put[] puts() {
        return puts;
    }

    @Override
    public MapDispatch plain() {
        return new MapDispatch(kind.newMap(), puts);
    }

    @Override
    public Map<String, Rival<Integer, Put>> rivals() {
        Map<String, Rival<Integer, Put>> rivals = new LinkedHashMap<>();
        rivals.put(
                "nr-optimistic",
                (replicas, topology) -> Shared.Replicated.of(() -> new OptimisticMap(plain()), replicas, topology));
        rivals.put("jdk", Rival.of(() -> new MapDispatch(kind.newConcurrentMap(), puts)));
        if (kind == Kind.HASHED) {
            rivals.put("NonBlockingHashMap", Rival.of(() -> new MapDispatch(new NonBlockingHashMap<>(), puts)));
        }
        rivals.put("persistent", Rival.of(() -> new Persistent(kind.persistent, puts)));
        return rivals;
    }

    @Override
    public Integer read(long roll) {
        return keys[draw.applyAsInt(Dice.below(roll, draws))];
    }

    @Override
    public Put write(long roll) {
        return puts[draw.applyAsInt(Dice.below(roll, draws))];
    }

    /** A map of the JDK's interface, plain or concurrent. */
    record MapDispatch(Map<Integer, Integer> map) implements Dispatch<Integer, Put, Object> {
        MapDispatch(Map<Integer, Integer> map, Put[] puts) {
            this(map);
            for (Put put : puts) {
                map.put(put.key, put.value);
            }
        }

        /** Copies all entries, one by one. */
        MapDispatch copy() {
            return new MapDispatch(
                    map instanceof TreeMap<Integer, Integer> tree ? new TreeMap<>(tree) : new HashMap<>(map));
        }

        @Override
        public Object dispatch(Integer key) {
            return map.get(key);
        }

        @Override
        public Object dispatchMut(Put put) {
            return map.put(put.key, put.value);
        }

        @Override
        public void dispatchMutAll(WriteBatch<Put, Object> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }

    /**
     * A plain map whose optimistic reads may run beside a write. This is safe because one writer alone never leaves a
     * cycle of nodes behind, and a read allocates nothing.
     */
    private record OptimisticMap(MapDispatch map) implements Dispatch<Integer, Put, Object> {
        @Override
        public boolean isOptimistic(Integer key) {
            return true;
        }

        @Override
        public Object dispatch(Integer key) {
            return map.dispatch(key);
        }

        @Override
        public Object dispatchMut(Put put) {
            return map.dispatchMut(put);
        }

        @Override
        public void dispatchMutAll(WriteBatch<Put, Object> batch) {
            map.dispatchMutAll(batch);
        }
    }

    /**
     * A persistent map: each write makes a new map that shares most of the old one. Readers take the reference to the
     * newest map; writers compare and set it.
     */
    private static final class Persistent implements Dispatch<Integer, Put, Object> {
        private final AtomicReference<io.vavr.collection.Map<Integer, Integer>> newest;

        Persistent(io.vavr.collection.Map<Integer, Integer> empty, Put[] puts) {
            io.vavr.collection.Map<Integer, Integer> map = empty;
            for (Put put : puts) {
                map = map.put(put.key, put.value);
            }
            newest = new AtomicReference<>(map);
        }

        @Override
        public Object dispatch(Integer key) {
            return newest.get().getOrElse(key, null);
        }

        @Override
        public Object dispatchMut(Put put) {
            while (true) {
                io.vavr.collection.Map<Integer, Integer> map = newest.get();
                if (newest.compareAndSet(map, map.put(put.key, put.value))) {
                    return map.getOrElse(put.key, null);
                }
            }
        }
    }
}
