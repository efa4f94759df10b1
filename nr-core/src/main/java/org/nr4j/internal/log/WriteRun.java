package org.nr4j.internal.log;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Consecutive writes of the log, as a follower receives them: operations of one entry, or of several. Unmodifiable. A
 * consumer may keep it, since its operations are never overwritten.
 */
public final class WriteRun<W> extends AbstractList<W> implements RandomAccess {
    private final long index;
    private final Object[] ops;
    private final int from;
    private final int to;

    /** Creates a run of {@code ops[from]}, which is the write number {@code index}, to {@code ops[to - 1]}. */
    WriteRun(long index, Object[] ops, int from, int to) {
        this.index = index;
        this.ops = ops;
        this.from = from;
        this.to = to;
    }

    /** Returns one run of the writes of several. Each run begins where the one before it ends. */
    static <W> WriteRun<W> join(List<WriteRun<W>> runs) {
        Object[] joined = new Object[runs.stream().mapToInt(WriteRun::size).sum()];
        int filled = 0;
        for (WriteRun<W> run : runs) {
            System.arraycopy(run.ops, run.from, joined, filled, run.size());
            filled += run.size();
        }
        return new WriteRun<>(runs.get(0).index, joined, 0, filled);
    }

    /** Returns the number of the first write. */
    public long index() {
        return index;
    }

    /** Returns the number of the write after the run. */
    public long end() {
        return index + size();
    }

    @Override
    @SuppressWarnings("unchecked") // they were submitted as W
    public W get(int i) {
        return (W) ops[from + Objects.checkIndex(i, size())];
    }

    @Override
    public int size() {
        return to - from;
    }
}
