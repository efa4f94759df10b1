package org.nr4j.examples.demo;

/**
 * One way to share a structure between threads. For any number of threads.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Contender<R, W> extends AutoCloseable {
    /** Its name in the table. */
    String name();

    /** What the calling thread, and no other, works through until it closes it. */
    Access<R, W> open();

    @Override
    default void close() {}

    /** A thread's access to the structure. */
    interface Access<R, W> extends AutoCloseable {
        long read(R op);

        long write(W op);

        @Override
        default void close() {}
    }
}
