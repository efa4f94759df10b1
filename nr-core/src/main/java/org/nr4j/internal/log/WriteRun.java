package org.nr4j.internal.log;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Consecutive writes of the log, as a follower receives them: a piece of the operations of one entry. Unmodifiable;
 * safe to keep, since what it shows is never written again.
 */
public final class WriteRun<W> extends AbstractList<W> implements RandomAccess {
    private final long index;
    private final Object[] ops;
    private final int from;
    private final int to;

    /** {@code ops[from]}, which is the write number {@code index}, to {@code ops[to - 1]}. */
    WriteRun(long index, Object[] ops, int from, int to) {
        this.index = index;
        this.ops = ops;
        this.from = from;
        this.to = to;
    }

    /** The number of the first one. */
    public long index() {
        return index;
    }

    /** The number of the write after these. */
    public long end() {
        return index + size();
    }

    @Override
    @SuppressWarnings("unchecked") // what was submitted as W
    public W get(int i) {
        return (W) ops[from + Objects.checkIndex(i, size())];
    }

    @Override
    public int size() {
        return to - from;
    }
}
