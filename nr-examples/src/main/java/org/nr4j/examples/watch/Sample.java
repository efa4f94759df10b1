package org.nr4j.examples.watch;

import org.nr4j.NrStats;

/**
 * The state of an instance at a moment.
 *
 * @param nanos the moment, by {@link System#nanoTime}
 * @param stats the statistics of the instance
 * @param reads the number of reads so far; the instance does not count them
 */
record Sample(long nanos, NrStats stats, long reads) {}
