package org.nr4j.examples;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;

/**
 * A {@link ConcurrentMap} over several logs, in which each replica is one {@link ConcurrentHashMap}.
 *
 * <p>Shows how to replicate a structure that is concurrent by itself. All logs share the map of a replica, because a
 * {@code ConcurrentHashMap} allows operations on different keys at the same time. Which operations conflict decides
 * their logs:
 *
 * <ul>
 *   <li>an operation on one key has the log of that key;
 *   <li>{@code putAll} has the logs of its keys, so no reader sees half of it;
 *   <li>{@code size}, {@code clear} and the copy behind the views have all logs, so each happens at one moment.
 * </ul>
 *
 * <p>The ready-made map with several logs is {@code org.nr4j.kv.ReplicatedMap}. Its views are live, and its iterators
 * do not copy the whole map.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java
 * -Dexec.mainClass=org.nr4j.examples.ConcurrentReplicatedMapExample}
 */
public final class ConcurrentReplicatedMapExample {
    private static final List<String> PAGES = List.of("home", "news", "shop", "help");
    private static final int THREADS = 2;
    private static final int ROUNDS = 1_000;

    private ConcurrentReplicatedMapExample() {}

    /**
     * An operation: its logs, and the method of the replica's map that it calls. It runs once on each replica, so the
     * function must be deterministic.
     */
    record Op<K, V>(LogSet logs, Function<? super ConcurrentMap<K, V>, ?> body) {}

    /** One replica. */
    static final class Replica<K, V> implements ConcurrentDispatch<Op<K, V>, Op<K, V>, Object> {
        private final ConcurrentMap<K, V> map = new ConcurrentHashMap<>();

        @Override
        public Object dispatch(Op<K, V> op) {
            return op.body().apply(map);
        }

        @Override
        public Object dispatchMut(Op<K, V> op) {
            return op.body().apply(map);
        }
    }

    /**
     * The map as the rest of a program uses it. Any thread may call. Keys and values must be immutable, because all
     * replicas share them.
     *
     * <p>The views are read-only and iterate over a copy. {@code compute}, {@code merge} and similar methods are the
     * defaults of {@link ConcurrentMap}: they retry until a replacement succeeds.
     */
    static final class ConcurrentReplicatedMap<K, V> extends AbstractMap<K, V>
            implements ConcurrentMap<K, V>, AutoCloseable {
        private final ConcurrentNodeReplicated<Op<K, V>, Op<K, V>, Object> replicated;
        private final int logs;

        ConcurrentReplicatedMap(int logs, int replicas) {
            this.logs = logs;
            this.replicated = ConcurrentNodeReplicated.<Op<K, V>, Object>builder(Replica::new, (op, count) -> op.logs())
                    .logs(logs)
                    .replicas(replicas)
                    .build();
        }

        private LogSet logOf(Object key) {
            return LogSet.ofHash(key.hashCode(), logs);
        }

        @SuppressWarnings("unchecked") // the function returns T
        private <T> T read(LogSet of, Function<? super ConcurrentMap<K, V>, T> body) {
            return (T) replicated.execute(new Op<>(of, body));
        }

        @SuppressWarnings("unchecked") // the function returns T
        private <T> T write(LogSet of, Function<? super ConcurrentMap<K, V>, T> body) {
            return (T) replicated.executeMut(new Op<>(of, body));
        }

        @Override
        public V get(Object key) {
            return read(logOf(key), map -> map.get(key));
        }

        @Override
        public boolean containsKey(Object key) {
            return get(key) != null;
        }

        @Override
        public V put(K key, V value) {
            return write(logOf(key), map -> map.put(key, value));
        }

        @Override
        public V putIfAbsent(K key, V value) {
            return write(logOf(key), map -> map.putIfAbsent(key, value));
        }

        @Override
        public V remove(Object key) {
            return write(logOf(key), map -> map.remove(key));
        }

        @Override
        public boolean remove(Object key, Object value) {
            return write(logOf(key), map -> map.remove(key, value));
        }

        @Override
        public V replace(K key, V value) {
            return write(logOf(key), map -> map.replace(key, value));
        }

        @Override
        public boolean replace(K key, V oldValue, V newValue) {
            return write(logOf(key), map -> map.replace(key, oldValue, newValue));
        }

        @Override
        public void putAll(Map<? extends K, ? extends V> entries) {
            Map<K, V> copy = Map.copyOf(entries);
            copy.keySet().stream()
                    .map(this::logOf)
                    .reduce(LogSet::and)
                    .ifPresent(of -> write(of, map -> {
                        map.putAll(copy);
                        return null;
                    }));
        }

        @Override
        public void clear() {
            write(LogSet.all(), map -> {
                map.clear();
                return null;
            });
        }

        @Override
        public int size() {
            return read(LogSet.all(), Map::size);
        }

        /** Copies all entries, as they were at one moment. */
        @Override
        public Set<Entry<K, V>> entrySet() {
            return read(LogSet.all(), Map::<K, V>copyOf).entrySet();
        }

        @Override
        public void close() {
            replicated.close();
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (ConcurrentReplicatedMap<String, Integer> hits = new ConcurrentReplicatedMap<>(4, 1);
                ConcurrentReplicatedMap<String, Integer> prices = new ConcurrentReplicatedMap<>(4, 2)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                threads.add(new Thread(() -> count(hits)));
            }
            threads.add(new Thread(() -> publish(prices)));
            threads.forEach(Thread::start);
            int torn = 0;
            for (int n = 0; n < ROUNDS; n++) {
                torn += Set.copyOf(prices.values()).size() > 1 ? 1 : 0;
            }
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("hits: "
                    + hits.values().stream().mapToInt(Integer::intValue).sum() + " on " + hits.size() + " pages");
            System.out.println("price lists seen half published: " + torn);
            System.out.println("price of home: " + prices.get("home"));
        }
    }

    /** Counts through the interface of the JDK only. */
    private static void count(ConcurrentMap<String, Integer> hits) {
        for (int n = 0; n < ROUNDS; n++) {
            hits.merge(PAGES.get(n % PAGES.size()), 1, Integer::sum);
        }
    }

    /** Sets all prices of the list to the same value, so that a reader would notice a half-published list. */
    private static void publish(ConcurrentMap<String, Integer> prices) {
        for (int price = 1; price <= ROUNDS; price++) {
            prices.putAll(Map.of("home", price, "news", price, "shop", price, "help", price));
        }
    }
}
