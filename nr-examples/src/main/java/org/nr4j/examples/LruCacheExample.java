package org.nr4j.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A cache that drops the entry not used for longest, on a {@code LinkedHashMap} in access order.
 *
 * <p>Shows a read that is a write in truth: {@code get} moves the entry to the end of the access order. As a read
 * operation it would change the map beside other readers, and on one replica only, so that replicas would drop
 * different entries. So {@code Get} is a write here; {@code Holds} and {@code Keys}, which leave the order alone, are
 * reads.
 *
 * <p>The price: every replica applies every {@code Get}, so such a cache gains little from replication. Where hits are
 * many, keep the order in which entries were <em>put</em> (first in, first out): {@code get} is a read then, and runs
 * beside others.
 *
 * <p>Values are computed by the caller, before {@code Put}: inside {@code dispatchMut} the work would be done once on
 * every replica, with everybody waiting.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.LruCacheExample}
 */
public final class LruCacheExample {
    private static final int CAPACITY = 3;

    private LruCacheExample() {}

    /** The reads. */
    sealed interface Read {
        /** Whether a key is in the cache; answers it if so. Not a use of the entry. */
        record Holds(String key) implements Read {}

        /** All keys, the next to be dropped first. */
        record Keys() implements Read {}
    }

    /** The writes. */
    sealed interface Write {
        /** The value of a key, if it is there; its entry is the last to be dropped now. */
        record Get(String key) implements Write {}

        /**
         * Keeps a value, and drops the entry not used for longest if there are too many. Answers the value that was
         * there before.
         */
        record Put(String key, String value) implements Write {}
    }

    /** The sequential structure; an answer has one element or none, but for that to {@link Read.Keys}. */
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

    /** From the cache, or computed and kept. Two threads may compute the same value at once; that is harmless here. */
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
