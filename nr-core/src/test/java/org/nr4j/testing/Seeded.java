package org.nr4j.testing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Random numbers that can be repeated after a failed test: the failure names the seed, and {@code -Dnr4j.seed=...} sets
 * it.
 *
 * <pre>{@code
 * @RegisterExtension
 * final Seeded seeded = new Seeded();
 * }</pre>
 */
public final class Seeded implements TestExecutionExceptionHandler {
    private static final String PROPERTY = "nr4j.seed";

    private final long seed;

    public Seeded() {
        this(Long.getLong(PROPERTY, new SplittableRandom().nextLong()));
    }

    Seeded(long seed) {
        this.seed = seed;
    }

    public long seed() {
        return seed;
    }

    /** The random numbers of the test itself. From the beginning at each call; for one thread. */
    public RandomGenerator random() {
        return random(-1);
    }

    /**
     * Returns the random numbers of thread {@code index}, independent of those of the other threads. Each call starts
     * from the beginning. One thread may use the result.
     */
    public RandomGenerator random(int index) {
        // Two rounds: generators with neighbouring seeds would give shifted copies of one sequence.
        return new SplittableRandom(new SplittableRandom(seed + index).nextLong());
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (failure instanceof TestAbortedException) {
            throw failure;
        }
        String hint =
                context.getDisplayName() + " used random numbers; to repeat it run with -D" + PROPERTY + "=" + seed;
        failure.addSuppressed(new Hint(hint));
        throw failure;
    }

    /** Carries the seed into the report of the failure. */
    private static final class Hint extends Exception {
        private static final long serialVersionUID = 1;

        Hint(String message) {
            super(message, null, false, false);
        }
    }
}
