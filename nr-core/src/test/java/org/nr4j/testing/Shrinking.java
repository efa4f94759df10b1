package org.nr4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Runs a random sequence of steps. If it fails, looks for a short sequence that fails too, because a person can read
 * ten steps, but not ten thousand.
 *
 * <pre>{@code
 * Shrinking.run(seeded.random(), 10_000, random -> aStep(random), steps -> {
 *     var subject = new Subject();
 *     steps.forEach(step -> step.applyTo(subject));
 * });
 * }</pre>
 */
public final class Shrinking {
    private static final int MAX_RUNS = 3_000;

    private Shrinking() {}

    /**
     * Generates {@code count} steps and runs them.
     *
     * @param step makes a step, a value whose {@code toString} says what it does
     * @param run runs steps on a new subject and throws on failure; it must behave the same for the same steps
     * @throws AssertionError with the shortest failing sequence that was found, and its failure as the cause
     */
    public static <T> void run(
            RandomGenerator random, int count, Function<RandomGenerator, T> step, Consumer<List<T>> run) {
        List<T> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(step.apply(random));
        }
        Throwable failure = failureOf(steps, run);
        if (failure != null) {
            List<T> shortest = shrink(steps, run);
            Throwable cause = failureOf(shortest, run);
            throw new AssertionError(
                    "%d steps fail, and so do these %d of them:%n    %s%n%s"
                            .formatted(count, shortest.size(), join(shortest), cause),
                    cause);
        }
    }

    /** Leaves out ever smaller parts, as long as what remains fails. */
    static <T> List<T> shrink(List<T> failing, Consumer<List<T>> run) {
        List<T> shortest = failing;
        int runs = 0;
        for (int part = (failing.size() + 1) / 2; part > 0; part = part == 1 ? 0 : (part + 1) / 2) {
            int from = 0;
            while (from < shortest.size() && runs++ < MAX_RUNS) {
                List<T> candidate = new ArrayList<>(shortest.subList(0, from));
                candidate.addAll(shortest.subList(Math.min(from + part, shortest.size()), shortest.size()));
                if (failureOf(candidate, run) != null) {
                    shortest = candidate;
                } else {
                    from += part;
                }
            }
        }
        return shortest;
    }

    private static <T> Throwable failureOf(List<T> steps, Consumer<List<T>> run) {
        try {
            run.accept(steps);
            return null;
        } catch (RuntimeException | AssertionError failure) {
            return failure;
        }
    }

    private static <T> String join(List<T> steps) {
        StringBuilder text = new StringBuilder();
        for (T step : steps) {
            text.append(text.length() == 0 ? "" : System.lineSeparator() + "    ")
                    .append(step);
        }
        return text.toString();
    }
}
