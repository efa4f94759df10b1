package org.example.consumer;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.Replicated;

/** Uses the public API as a stranger would; a wrong answer ends with a non-zero exit code. */
public final class Main {
    /** A sequential structure: counts how often it has seen a word. */
    static final class WordCount implements Dispatch<String, String, Integer> {
        private final Map<String, Integer> counts = new HashMap<>();

        @Override
        public Integer dispatch(String word) {
            return counts.getOrDefault(word, 0);
        }

        @Override
        public Integer dispatchMut(String word) {
            return counts.merge(word, 1, Integer::sum);
        }
    }

    private Main() {}

    public static void main(String[] args) {
        try (NodeReplicated<String, String, Integer> words =
                NodeReplicated.builder(WordCount::new).replicas(2).build()) {
            expect(1, words.executeMut("k"));
            expect(2, words.executeMut("k"));
            expect(2, words.execute("k"));
            expect(0, words.execute("other"));
        }

        Replicated<TreeMap<String, Integer>> map = Replicated.of(TreeMap::new);
        map.write(m -> m.put("a", 1));
        expect(1, map.read(m -> m.get("a")));

        Module nr = NodeReplicated.class.getModule();
        System.out.println("consumer: ok on JDK " + Runtime.version().feature() + ", nr4j in "
                + (nr.isNamed() ? "module " + nr.getName() : "the class path"));
    }

    private static void expect(Integer expected, Integer actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("expected " + expected + " but got " + actual);
        }
    }
}
