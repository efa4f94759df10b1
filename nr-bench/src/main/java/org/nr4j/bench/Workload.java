package org.nr4j.bench;

/**
 * One structure that all threads share in one way, and the operations on it. The JMH benchmarks, {@link Scale}, {@link
 * Latency} and the simulated machine all use it.
 *
 * <p>Any thread calls any method at any time. The operation depends on {@code roll}, a random number. It uses the upper
 * half of the roll ({@link Dice#below(long, int)}), since the lower half decides between read and write. If the
 * structure takes objects, operations and keys are made beforehand, so that all ways get the same ones.
 */
interface Workload extends AutoCloseable {
    /** The size of the structure, and its number of replicas. */
    record Size(int entries, int replicas) {}

    /** Runs a read. Returns a value that depends on it. */
    Object read(long roll);

    /** Runs a write. Returns a value that depends on it. */
    Object write(long roll);

    /** Runs a write in {@code writes} of a hundred cases, else a read. */
    default Object run(long roll, int writes) {
        return isWrite(roll, writes) ? write(roll) : read(roll);
    }

    /** Returns whether a roll stands for a write. */
    static boolean isWrite(long roll, int writes) {
        return (roll & 0xFFFF) * 100 < (long) writes * 0x10000;
    }

    /** Brings all replicas up to date before a measurement. No operation may run meanwhile. */
    default void settle() {}

    /** Closes the structure. No operation may run meanwhile. */
    @Override
    default void close() {}
}
