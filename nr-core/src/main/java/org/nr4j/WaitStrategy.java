package org.nr4j;

/**
 * How long a thread that must wait for another keeps its processor: it spins, then yields, then parks until it is woken.
 *
 * <p>Spinning is the fastest answer while the thread waited for is running, and a waste when it is not. The default suits machines that
 * are not dedicated to one program. A virtual thread always spins little and soon parks, whatever the strategy, so that its carrier
 * can run others. Immutable, for use by any thread.
 */
public final class WaitStrategy {
    private static final int DEFAULT_SPINS = 400;
    private static final int DEFAULT_YIELDS = 20;

    private static final WaitStrategy ADAPTIVE = new WaitStrategy(DEFAULT_SPINS, DEFAULT_YIELDS);

    private final int spins;
    private final int yields;

    private WaitStrategy(int spins, int yields) {
        this.spins = spins;
        this.yields = yields;
    }

    /** Spins for about a hand-over between two processors, yields a few times, then parks. The default. */
    public static WaitStrategy adaptive() {
        return ADAPTIVE;
    }

    /**
     * A strategy with its own limits.
     *
     * @param spins how many times to spin ({@link Thread#onSpinWait}) before yielding; at least 0
     * @param yields how many times to yield ({@link Thread#yield}) before parking; at least 0
     * @throws IllegalArgumentException if a number is negative
     */
    public static WaitStrategy of(int spins, int yields) {
        return new WaitStrategy(atLeastZero(spins, "spins"), atLeastZero(yields, "yields"));
    }

    /** How many times a waiting thread spins before it yields. A combiner between two rounds leaves readers to themselves for no longer. */
    public int spins() {
        return spins;
    }

    /** How many times a waiting thread yields before it parks. */
    public int yields() {
        return yields;
    }

    private static int atLeastZero(int value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    name + " must not be negative: " + name + "=" + value + "; use 0 to skip this step");
        }
        return value;
    }

    @Override
    public String toString() {
        return "WaitStrategy[spins=" + spins + ", yields=" + yields + "]";
    }
}
