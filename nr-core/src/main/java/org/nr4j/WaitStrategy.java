package org.nr4j;

/**
 * The limits by which a waiting thread spins, then yields, then parks until another thread unparks it.
 *
 * <p>Spinning is the fastest way to wait while the other thread runs, and wastes the processor while it does not. The
 * default suits a machine that several programs share.
 *
 * <p>A virtual thread spins little and soon parks, whatever the strategy. So its carrier can run other threads.
 *
 * <p>A strategy is immutable. Any thread may use it.
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

    /**
     * Returns the default strategy. It spins for about as long as one hand-over between two processors takes, yields a
     * few times, and then parks.
     */
    public static WaitStrategy adaptive() {
        return ADAPTIVE;
    }

    /**
     * Returns a strategy with the given limits.
     *
     * @param spins how many times to spin ({@link Thread#onSpinWait}) before yielding; at least 0
     * @param yields how many times to yield ({@link Thread#yield}) before parking; at least 0
     * @throws IllegalArgumentException if a number is negative
     */
    public static WaitStrategy of(int spins, int yields) {
        return new WaitStrategy(atLeastZero(spins, "spins"), atLeastZero(yields, "yields"));
    }

    /**
     * Returns how many times a waiting thread spins before it yields. A combiner pauses for readers between two rounds
     * for at most as many spins.
     */
    public int spins() {
        return spins;
    }

    /** Returns how many times a waiting thread yields before it parks. */
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
