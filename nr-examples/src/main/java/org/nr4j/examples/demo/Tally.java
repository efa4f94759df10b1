package org.nr4j.examples.demo;

/** What one thread did in one slice. One thread at a time may use it. */
final class Tally extends Padded {
    long startNanos;
    long endNanos;
    long operations;
    long writes;

    /** The sum of all answers. Another thread reads it, so the JIT cannot remove an operation. */
    long answers;

    final Account account = new Account();
    final Latencies latencies = new Latencies();
}
