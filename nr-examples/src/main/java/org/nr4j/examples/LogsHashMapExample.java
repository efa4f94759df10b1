package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogSet;

/**
 * The word counts of {@link HashMapExample} over several logs. Counts of different words are independent.
 *
 * <p>Shows the full form with several logs. Each operation says which logs it belongs to: the log of a word (by its
 * hash code), the logs of two words, or all logs. Operations that have no log in common run on a replica at the same
 * time. The map that they share must therefore allow it. Moving the count of one word to another is an operation of two
 * logs: no reader sees a count twice, or not at all.
 *
 * <p>This is the form for a structure of your own. The ready-made map with several logs is {@code
 * org.nr4j.kv.ReplicatedMap}.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.LogsHashMapExample}
 */
public final class LogsHashMapExample {
    private static final int LOGS = 4;
    private static final List<String> WORDS = List.of("log", "replica", "reader", "writer", "combiner", "lock");
    private static final int ROUNDS = 1_000;

    private LogsHashMapExample() {}

    /** An operation. Each defines its logs and what it does. */
    sealed interface Op {
        LogSet logs(int count);

        int applyTo(Map<String, Integer> counts);

        /** Reads how often a word was seen. */
        record Count(String word) implements Op {
            @Override
            public LogSet logs(int count) {
                return LogSet.ofHash(word.hashCode(), count);
            }

            @Override
            public int applyTo(Map<String, Integer> counts) {
                return counts.getOrDefault(word, 0);
            }
        }

        /** Reads how many words were seen in all, at one moment. */
        record Sum() implements Op {
            @Override
            public LogSet logs(int count) {
                return LogSet.all();
            }

            @Override
            public int applyTo(Map<String, Integer> counts) {
                return counts.values().stream().mapToInt(Integer::intValue).sum();
            }
        }

        /** Counts a word once more and answers the new count. */
        record Add(String word) implements Op {
            @Override
            public LogSet logs(int count) {
                return LogSet.ofHash(word.hashCode(), count);
            }

            @Override
            public int applyTo(Map<String, Integer> counts) {
                return counts.merge(word, 1, Integer::sum);
            }
        }

        /**
         * Adds the count of one word to that of another, and forgets the first word. Answers the count that was moved.
         */
        record Reassign(String from, String to) implements Op {
            @Override
            public LogSet logs(int count) {
                return LogSet.ofHash(from.hashCode(), count).and(LogSet.ofHash(to.hashCode(), count));
            }

            @Override
            public int applyTo(Map<String, Integer> counts) {
                Integer moved = counts.remove(from);
                if (moved == null) {
                    return 0;
                }
                counts.merge(to, moved, Integer::sum);
                return moved;
            }
        }
    }

    /** One replica. */
    static final class WordCounts implements ConcurrentDispatch<Op, Op, Integer> {
        private final Map<String, Integer> counts = new ConcurrentHashMap<>();

        @Override
        public Integer dispatch(Op op) {
            return op.applyTo(counts);
        }

        @Override
        public Integer dispatchMut(Op op) {
            return op.applyTo(counts);
        }
    }

    public static void main(String[] args) throws InterruptedException {
        try (ConcurrentNodeReplicated<Op, Op, Integer> counts = ConcurrentNodeReplicated.<Op, Integer>builder(
                        WordCounts::new, Op::logs)
                .logs(LOGS)
                .build()) {
            for (String word : WORDS) {
                counts.executeMut(new Op.Add(word));
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int thread = i;
                threads.add(new Thread(() -> reassign(counts, thread)));
            }
            threads.forEach(Thread::start);
            boolean steady = true;
            for (int n = 0; n < ROUNDS; n++) {
                steady &= counts.execute(new Op.Sum()) == WORDS.size();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("no count was seen twice or not at all: " + steady);
            counts.executeMut(new Op.Reassign("lock", "log"));
            counts.executeMut(new Op.Add("lock"));
            System.out.println(
                    "lock: " + counts.execute(new Op.Count("lock")) + ", in all: " + counts.execute(new Op.Sum()));
        }
    }

    private static void reassign(ConcurrentNodeReplicated<Op, Op, Integer> counts, int thread) {
        for (int n = 0; n < ROUNDS; n++) {
            String from = WORDS.get((n * 5 + thread) % WORDS.size());
            String to = WORDS.get((n * 5 + thread + 1) % WORDS.size());
            counts.executeMut(new Op.Reassign(from, to));
        }
    }
}
