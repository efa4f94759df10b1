package org.nr4j.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.nr4j.Dispatch;
import org.nr4j.NodeReplicated;

/**
 * Writes that do not wait: a journal of measurements.
 *
 * <p>Shows {@code executeMutAsync}, which only submits a write. Once the write has been applied, the future is
 * completed with the answer, or with the exception that the operation threw. Writes of one thread are applied in the
 * order in which it submitted them. To read what it wrote, a thread first waits for the future.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.AsyncWritesExample}
 */
public final class AsyncWritesExample {
    private static final int MEASUREMENTS = 10_000;
    private static final int LARGEST = 1_000_000;

    private AsyncWritesExample() {}

    /** The one read: answers a line of the journal. */
    record Line(int number) {}

    /** The one write: adds a line and answers its number. */
    record Append(int value) {}

    /** The sequential structure. */
    static final class Journal implements Dispatch<Line, Append, Integer> {
        private final List<Integer> values = new ArrayList<>();

        @Override
        public Integer dispatch(Line line) {
            return values.get(line.number());
        }

        @Override
        public Integer dispatchMut(Append op) {
            if (op.value() > LARGEST) {
                throw new IllegalArgumentException(
                        "a measurement must be at most " + LARGEST + ": value=" + op.value() + "; check the sensor");
            }
            values.add(op.value());
            return values.size() - 1;
        }
    }

    public static void main(String[] args) {
        try (NodeReplicated<Line, Append, Integer> journal =
                NodeReplicated.builder(Journal::new).build()) {
            List<CompletableFuture<Integer>> numbers = new ArrayList<>();
            for (int value = 0; value < MEASUREMENTS; value++) {
                numbers.add(journal.executeMutAsync(new Append(value)));
            }
            CompletableFuture<String> refused = journal.executeMutAsync(new Append(LARGEST + 1))
                    .thenApply(number -> "line " + number)
                    .exceptionally(e -> "refused: " + e.getCause().getMessage());

            CompletableFuture.allOf(numbers.toArray(CompletableFuture[]::new)).join();
            System.out.println("last line: " + numbers.get(MEASUREMENTS - 1).join());
            System.out.println("in the order of submission: " + isInOrder(numbers, journal));
            System.out.println(refused.join());
        }
    }

    private static boolean isInOrder(
            List<CompletableFuture<Integer>> numbers, NodeReplicated<Line, Append, Integer> journal) {
        for (int value = 0; value < MEASUREMENTS; value++) {
            if (numbers.get(value).join() != value || journal.execute(new Line(value)) != value) {
                return false;
            }
        }
        return true;
    }
}
