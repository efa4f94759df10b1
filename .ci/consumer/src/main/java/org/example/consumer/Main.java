package org.example.consumer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;
import org.nr4j.Replicated;
import org.nr4j.topology.NumaTopology;
import org.nr4j.topology.Placement;

/**
 * Uses the public API as a stranger would. A wrong answer ends the program with a non-zero exit code.
 *
 * <p>With an argument, it also places threads on two nodes. The argument is the outcome that placement must have.
 */
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

    public static void main(String[] args) throws IOException, InterruptedException {
        try (NodeReplicated<String, String, Integer> words =
                NodeReplicated.builder(WordCount::new).replicas(2).build()) {
            expect(1, words.executeMut("k"));
            expect(2, words.executeMut("k"));
            expect(2, words.execute("k"));
            expect(0, words.execute("other"));
            expect(3, words.executeMutAsync("k").join());
        }

        try (Replicated<TreeMap<String, Integer>> map = Replicated.of(TreeMap::new)) {
            map.write(m -> m.put("a", 1));
            expect(1, map.read(m -> m.get("a")));
        }

        if (args.length > 0) {
            place(Placement.Outcome.valueOf(args[0]));
        }

        Module nr = NodeReplicated.class.getModule();
        System.out.println("consumer: ok on JDK " + Runtime.version().feature() + ", nr4j in "
                + (nr.isNamed() ? "module " + nr.getName() : "the class path"));
    }

    /** Two replicas on two nodes of one cpu each, whatever the machine's real nodes are. */
    private static void place(Placement.Outcome expected) throws IOException, InterruptedException {
        Path sysfs = Files.createTempDirectory("sysfs");
        for (String node : new String[] {"0", "1"}) {
            Path directory = Files.createDirectories(sysfs.resolve("node/node" + node));
            Files.writeString(directory.resolve("cpulist"), node + "\n");
        }
        NumaTopology topology = NumaTopology.parse(sysfs, Path.of("/proc/self/status"));
        try (NodeReplicated<String, String, Integer> words = NodeReplicated.builder(WordCount::new)
                .topology(topology)
                .replicas(2)
                .build()) {
            for (int node = 0; node < 2; node++) {
                Thread thread = topology.threadFactory(node).newThread(() -> words.executeMut("k"));
                thread.start();
                thread.join();
            }
            expect(2, words.execute("k"));
        }
        System.out.println("consumer: " + topology.placement());
        if (topology.placement().outcome() != expected) {
            throw new AssertionError("expected " + expected + " but got " + topology.placement());
        }
    }

    private static void expect(Integer expected, Integer actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError("expected " + expected + " but got " + actual);
        }
    }
}
