package org.nr4j.examples.demo;

/**
 * One way to share a structure between threads. Any thread may use it.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 */
interface Contender<R, W> extends AutoCloseable {
    /** Returns its name in the table. */
    String name();

    /** Opens an access for the calling thread only, until the thread closes it. */
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
