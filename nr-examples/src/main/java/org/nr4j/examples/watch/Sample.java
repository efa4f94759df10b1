package org.nr4j.examples.watch;

import org.nr4j.NrStats;

/**
 * How an instance stood at a moment.
 *
 * @param nanos when, as by {@link System#nanoTime}
 * @param stats what it says of itself
 * @param reads reads so far, which it does not count itself
 */
record Sample(long nanos, NrStats stats, long reads) {}
