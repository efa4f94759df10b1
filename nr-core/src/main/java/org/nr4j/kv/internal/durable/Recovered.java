package org.nr4j.kv.internal.durable;

/**
 * What was read when a store was opened.
 *
 * @param entries the number of entries
 * @param bytes the length of the files
 * @param nanos the time it took
 * @param cutBytes the length of the half-written end that was cut off
 */
record Recovered(long entries, long bytes, long nanos, long cutBytes) {}
