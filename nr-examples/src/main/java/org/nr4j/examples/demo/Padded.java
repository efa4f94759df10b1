package org.nr4j.examples.demo;

/**
 * What a thread writes at each operation is kept at least 128 bytes away from what another does: the garbage collector
 * may put objects of two threads side by side, and they would contend for a cache line, under every contender alike.
 * Fields of a superclass come first.
 */
abstract class Padded {
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
