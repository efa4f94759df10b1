package org.nr4j.server.engine;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * When keys were used last, about. A table of fixed size has the time of the newest use of each hash. So a key can look
 * younger than it is, and never older. Threads write without synchronization: a lost update makes no more than that
 * difference.
 */
public final class AccessTimes {
    private static final int SLOTS = 1 << 18;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final int[] ticks = new int[SLOTS];
    private final long start = System.nanoTime();

    private int now() {
        return (int) ((System.nanoTime() - start) / TICK_NANOS);
    }

    private static int slot(int database, byte[] key) {
        int hash = (31 * Arrays.hashCode(key) + database) * 0x9E3779B9;
        return hash >>> (Integer.SIZE - 18);
    }

    /** Notes that a key is used. */
    public void use(int database, byte[] key) {
        ticks[slot(database, key)] = now();
    }

    /** Returns how long a key has not been used, in ticks: since the start if it never was. */
    int idle(int database, byte[] key) {
        return now() - ticks[slot(database, key)];
    }
}
