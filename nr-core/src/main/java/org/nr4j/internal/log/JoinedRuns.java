package org.nr4j.internal.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The source of a follower of one log that receives all waiting entries in one call. A {@link LogCursor} by itself is a
 * source of single entries.
 */
public final class JoinedRuns<W> implements Intake<WriteRun<W>> {
    /**
     * A run has up to this many writes, unless a single entry has more. The index of a slow consumer moves on after
     * each run, and writers may wait for that index.
     */
    static final int MOST_WRITES = 1 << 10;

    private final LogCursor<W> reader;

    /** The runs taken from the cursor and not joined yet. */
    private final Deque<WriteRun<W>> taken = new ArrayDeque<>();

    /** Creates a source that reads through a cursor. Nobody else may poll the cursor. */
    public JoinedRuns(LogCursor<W> reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable WriteRun<W> poll() {
        reader.drainTo(taken);
        return taken.isEmpty() ? null : takeFirst();
    }

    private WriteRun<W> takeFirst() {
        List<WriteRun<W>> runs = new ArrayList<>();
        long start = reader.index();
        long end = start;
        WriteRun<W> next = taken.peek();
        while (next != null && (runs.isEmpty() || next.end() - start <= MOST_WRITES)) {
            LogCursor.requireNext(next, end);
            end = next.end();
            runs.add(taken.remove());
            next = taken.peek();
        }
        return runs.size() == 1 ? runs.get(0) : WriteRun.join(runs);
    }

    @Override
    public boolean hasNext() {
        return !taken.isEmpty() || reader.hasNext();
    }

    @Override
    public void consumed(WriteRun<W> run) {
        reader.consumed(run);
    }

    @Override
    public long[] indexes() {
        return reader.indexes();
    }

    @Override
    public void clear() {
        reader.clear();
        taken.clear();
    }
}
