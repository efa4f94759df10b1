package org.nr4j.examples.demo;

import java.util.Optional;
import org.nr4j.Dispatch;

/**
 * A structure that threads share, and the operations on it. All contenders run the same operations on the same class,
 * except the JDK's own class.
 *
 * <p>A subject is immutable. Any thread may use it.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Subject<R, W> {
    /** Returns its name and size, for people. */
    String name();

    /** Returns what its reads do, for people. */
    String reads();

    /** Returns what its writes do, for people. */
    String writes();

    /** Returns a new sequential structure with its entries. All these structures are equal. */
    Dispatch<R, W, Long> sequential();

    /** Returns the JDK's concurrent class for the purpose, with its entries, if there is one. */
    Optional<Concurrent<R, W>> concurrent();

    /** Returns a random read. */
    R randomRead(Dice dice);

    /** Returns a random write. */
    W randomWrite(Dice dice);

    /** Returns the read that takes a measure of the whole structure. */
    R measuring(Measure measure);

    /** Adds a write with this answer to an account of {@link Measure#COUNT} and {@link Measure#CHECKSUM}. */
    void account(W op, long answer, Account account);

    /**
     * A class of the JDK that is concurrent by itself.
     *
     * @param name its name
     * @param structure the operations on it
     * @param butNot what it cannot do, while a structure under nr4j or a lock can. The text follows "it does not";
     *     empty if there is nothing
     */
    record Concurrent<R, W>(String name, Dispatch<R, W, Long> structure, String butNot) {}

    /** The measures of a whole structure. */
    enum Measure {
        /** A number that the writes of all threads must add up to. */
        COUNT,
        /** The same, with each entry weighted differently, so that an effect on a wrong entry is noticed. */
        CHECKSUM,
        /** A hash of everything. Equal structures have equal hashes. */
        DIGEST
    }
}
