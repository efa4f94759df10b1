package org.nr4j.examples.demo;

/**
 * Padding of 128 bytes, between fields that a thread writes at each operation and those of other threads. Without it,
 * the garbage collector could place objects of two threads side by side. They would contend for a cache line, under
 * every contender alike. A subclass inherits the padding, since the fields of a superclass come first.
 */
abstract class Padded {
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
