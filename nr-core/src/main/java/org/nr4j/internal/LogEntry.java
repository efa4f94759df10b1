package org.nr4j.internal;

/**
 * One entry of the operation log: the writes that one combiner collected in one round, in order.
 *
 * <p>One reference a batch, not one an operation, is what goes into the shared array: it costs one card mark and one cache line transfer for all of
 * them. All fields are written before the entry is published ({@link OperationLog#tryAppend}) and read after it was found there, except that
 * {@link #clear} drops the contents once no replica will look at them again.
 */
final class LogEntry {
    private static final Object[] CLEARED = {};
    private static final Request[] NOBODY = {};

    /** The replica whose combiner made this entry; there, and only there, the answers are delivered. */
    final Replica<?, ?, ?> origin;

    /** Its place in the log; set by the combiner for each attempt to publish. */
    long index = -1;

    /** The operations, in order. */
    Object[] ops;

    /** For each operation the request it came with. */
    Request[] requests;

    LogEntry(Replica<?, ?, ?> origin, Object[] ops, Request[] requests) {
        this.origin = origin;
        this.ops = ops;
        this.requests = requests;
    }

    /** Lets go of the contents. Idempotent, hence safe from several threads that reclaim at once; nobody reads them any more. */
    void clear() {
        ops = CLEARED;
        requests = NOBODY;
    }
}
