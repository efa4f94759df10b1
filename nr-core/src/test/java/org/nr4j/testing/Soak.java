package org.nr4j.testing;

/** Whether this run is a soak: {@code ./mvnw verify -Psoak} sets the property {@code nr.soak} to a factor. */
public final class Soak {
    private static final int FACTOR = Integer.getInteger("nr.soak", 1);

    private Soak() {}

    /** That many rounds, or more in a soak. */
    public static int times(int rounds) {
        return Math.multiplyExact(rounds, FACTOR);
    }

    /** Of places to try, every so many: each in a soak. */
    public static int stride(int stride) {
        return FACTOR > 1 ? 1 : stride;
    }
}
