package org.nr4j.bench;

/**
 * One structure that all threads share in one way, and the operations on it: what the JMH benchmarks, the scale-out
 * runner, the latency runner and the simulated machine have in common.
 *
 * <p>Any thread calls any method at any time. What an operation is about is taken from {@code roll}, a random number:
 * from its upper half ({@link Dice#below(long, int)}), since the lower one decides whether to read or to write.
 * Operations and keys are made beforehand where the structure takes objects, so that all ways get the same.
 */
interface Workload extends AutoCloseable {
    /** What the sizes are of. */
    record Size(int entries, int replicas) {}

    /** A read; returns what depends on it. */
    Object read(long roll);

    /** A write; returns what depends on it. */
    Object write(long roll);

    /** A write in {@code writes} of a hundred, else a read. */
    default Object run(long roll, int writes) {
        return isWrite(roll, writes) ? write(roll) : read(roll);
    }

    /** Whether that roll is for a write. */
    static boolean isWrite(long roll, int writes) {
        return (roll & 0xFFFF) * 100 < (long) writes * 0x10000;
    }

    /** Brings the structure to where a measurement begins: replicas up to date. No operation is under way. */
    default void settle() {}

    /** Ends it. No operation is under way. */
    @Override
    default void close() {}
}
