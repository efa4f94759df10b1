package org.nr4j.examples.demo;

/** What one thread did in one slice. For one thread at a time. */
final class Tally extends Padded {
    long startNanos;
    long endNanos;
    long operations;
    long writes;

    /** The sum of all answers. Another thread gets to see it, so that no operation can be optimized away. */
    long answers;

    final Account account = new Account();
    final Latencies latencies = new Latencies();
}
