package org.nr4j.examples.demo;

import java.util.Optional;
import org.nr4j.Dispatch;

/**
 * A structure that threads share, and what they do with it. All contenders run the same operations on the same class,
 * but for the JDK's own.
 *
 * <p>Immutable, for any number of threads.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Subject<R, W> {
    /** What it is and how large, for people. */
    String name();

    /** What its reads do, for people. */
    String reads();

    /** What its writes do, for people. */
    String writes();

    /** A new sequential structure with its entries; all are equal. */
    Dispatch<R, W, Long> sequential();

    /** The JDK's concurrent class for the purpose, with its entries, if there is one. */
    Optional<Concurrent<R, W>> concurrent();

    /** A random read. */
    R randomRead(Dice dice);

    /** A random write. */
    W randomWrite(Dice dice);

    /** The read that takes a measure of the whole structure. */
    R measuring(Measure measure);

    /** What a write that was answered so adds to the structure's {@link Measure#COUNT} and {@link Measure#CHECKSUM}. */
    void account(W op, long answer, Account account);

    /**
     * A class of the JDK that is concurrent by itself.
     *
     * @param name its name
     * @param structure the operations on it
     * @param butNot what it does not do that a structure under nr4j or a lock does, to follow "it does not"; empty if
     * there is nothing
     */
    record Concurrent<R, W>(String name, Dispatch<R, W, Long> structure, String butNot) {}

    /** What can be measured of a whole structure. */
    enum Measure {
        /** What the writes of all threads have to add up to. */
        COUNT,
        /** The same, with each entry weighted differently, so that an effect on a wrong entry is noticed. */
        CHECKSUM,
        /** A hash of everything: equal structures have equal ones. */
        DIGEST
    }
}
