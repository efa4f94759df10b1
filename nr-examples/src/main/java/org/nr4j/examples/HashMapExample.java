package org.nr4j.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * A plain {@code HashMap} that several threads share to count words.
 *
 * <p>Shows the full form. Immutable records describe the operations on the structure, in two groups: those that only
 * read, and those that write. The structure itself, {@link WordCounts}, knows nothing of threads.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.HashMapExample}
 */
public final class HashMapExample {
    private static final List<String> TEXTS = List.of(
            "the log is the truth",
            "the replica follows the log",
            "a reader asks the replica",
            "a writer asks the log");

    private HashMapExample() {}

    /**
     * The operations that read. Each operation computes its own answer, so the compiler reports a missing
     * implementation.
     */
    sealed interface Read {
        int answer(Map<String, Integer> counts);

        /** How often a word was seen. */
        record Count(String word) implements Read {
            @Override
            public int answer(Map<String, Integer> counts) {
                return counts.getOrDefault(word, 0);
            }
        }

        /** How many different words there are. */
        record Words() implements Read {
            @Override
            public int answer(Map<String, Integer> counts) {
                return counts.size();
            }
        }
    }

    /** The operations that write. */
    sealed interface Write {
        int apply(Map<String, Integer> counts);

        /**
         * Counts a word once more and answers the new count. This is one operation, so no other operation comes between
         * its read and its write.
         */
        record Add(String word) implements Write {
            @Override
            public int apply(Map<String, Integer> counts) {
                return counts.merge(word, 1, Integer::sum);
            }
        }

        /** Forgets a word and answers the count that it had. */
        record Forget(String word) implements Write {
            @Override
            public int apply(Map<String, Integer> counts) {
                Integer had = counts.remove(word);
                return had == null ? 0 : had;
            }
        }
    }

    /** The sequential structure; each replica has one. */
    static final class WordCounts implements Dispatch<Read, Write, Integer> {
        private final Map<String, Integer> counts = new HashMap<>();

        @Override
        public Integer dispatch(Read op) {
            return op.answer(counts);
        }

        @Override
        public Integer dispatchMut(Write op) {
            return op.apply(counts);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (NodeReplicated<Read, Write, Integer> counts =
                NodeReplicated.builder(WordCounts::new).build()) {
            List<Thread> threads = new ArrayList<>();
            for (String text : TEXTS) {
                threads.add(new Thread(() -> {
                    for (String word : text.split(" ")) {
                        counts.executeMut(new Write.Add(word));
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }

            System.out.println("the: " + counts.execute(new Read.Count("the")));
            System.out.println("log: " + counts.execute(new Read.Count("log")));
            System.out.println("lock: " + counts.execute(new Read.Count("lock")));
            System.out.println("forgot a, seen " + counts.executeMut(new Write.Forget("a")) + " times");
            System.out.println("different words: " + counts.execute(new Read.Words()));
        }
    }
}
