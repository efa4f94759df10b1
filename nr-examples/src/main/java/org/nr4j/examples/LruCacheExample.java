package org.nr4j.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A cache that drops the entry that was not used for longest. It uses a {@code LinkedHashMap} in access order.
 *
 * <p>Shows a read that is really a write: {@code get} moves the entry to the end of the access order. As a read
 * operation, it would change the map while other readers use it. It would also change only one replica, so replicas
 * would drop different entries. Therefore {@code Get} is a write here. {@code Holds} and {@code Keys} leave the order
 * alone and are reads.
 *
 * <p>The price is that every replica applies every {@code Get}, so such a cache gains little from replication. If hits
 * are frequent, drop entries in the order in which they were <em>put</em> (first in, first out). Then {@code get} is a
 * read and runs beside others.
 *
 * <p>The caller computes a value before {@code Put}. Inside {@code dispatchMut}, every replica would repeat the work
 * while all threads wait.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.LruCacheExample}
 */
public final class LruCacheExample {
    private static final int CAPACITY = 3;

    private LruCacheExample() {}

    /** The reads. */
    sealed interface Read {
        /** Answers a key if it is in the cache. This is not a use of the entry. */
        record Holds(String key) implements Read {}

        /** Answers all keys. The first one is dropped next. */
        record Keys() implements Read {}
    }

    /** The writes. */
    sealed interface Write {
        /** Answers the value of a key if it is in the cache. Its entry becomes the last to be dropped. */
        record Get(String key) implements Write {}

        /**
         * Stores a value. If there are too many entries, drops the one not used for longest. Answers the previous
         * value.
         */
        record Put(String key, String value) implements Write {}
    }

    /** The sequential structure. An answer has one element or none, except for {@link Read.Keys}. */
    static final class LruCache implements Dispatch<Read, Write, List<String>> {
        private final Map<String, String> entries;

        LruCache(int capacity) {
            this.entries = new LinkedHashMap<>(capacity, 0.75f, /* accessOrder= */ true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > capacity;
                }
            };
        }

        @Override
        public List<String> dispatch(Read op) {
            if (op instanceof Read.Holds holds) {
                return entries.containsKey(holds.key()) ? List.of(holds.key()) : List.of();
            }
            return List.copyOf(entries.keySet());
        }

        @Override
        public List<String> dispatchMut(Write op) {
            String value = op instanceof Write.Put put
                    ? entries.put(put.key(), put.value())
                    : entries.get(((Write.Get) op).key());
            return value == null ? List.of() : List.of(value);
        }
    }

    public static void main(String[] args) {
        try (NodeReplicated<Read, Write, List<String>> cache =
                NodeReplicated.builder(() -> new LruCache(CAPACITY)).build()) {
            for (String word : List.of("one", "two", "three", "one", "four")) {
                System.out.println(word + " -> " + lengthOf(word, cache));
            }
            System.out.println("kept: " + cache.execute(new Read.Keys()));
            System.out.println(
                    "has two: " + !cache.execute(new Read.Holds("two")).isEmpty());
        }
    }

    /**
     * Takes a value from the cache, or computes and stores it. Two threads may compute the same value; that is harmless
     * here.
     */
    private static String lengthOf(String word, NodeReplicated<Read, Write, List<String>> cache) {
        Optional<String> hit = cache.executeMut(new Write.Get(word)).stream().findFirst();
        if (hit.isPresent()) {
            return hit.get() + " (hit)";
        }
        String computed = word.length() + " letters";
        cache.executeMut(new Write.Put(word, computed));
        return computed;
    }
}
