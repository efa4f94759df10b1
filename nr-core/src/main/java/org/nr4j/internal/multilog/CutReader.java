package org.nr4j.internal.multilog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.log.Intake;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.WriteRun;

/**
 * Takes cuts from several logs for a follower. A cut contains everything that has taken effect in all logs up to a
 * moment and was not in an earlier cut.
 *
 * <p>Only the follower's task may call the methods, except {@link #indexes}, which any thread may call.
 */
/*
 * The moment. The reader takes all entries of each log, then does so a second time. If the second pass finds nothing
 * new in any log, it has the moment. Logs only grow, so all logs stood at these ends when the second pass began.
 *
 * While many threads write, no such pass succeeds. The reader then forces a moment. With several replicas it appends a
 * mark to all logs. With a single replica it looks at the journals while it keeps all writers out. Neither way waits
 * for a thread that waits for a follower.
 *
 * The merge. The reader passes on each log in its order, up to a multi-log operation. That operation waits until all
 * its logs have come to it, and is passed on once, just as on a replica.
 *
 * A multi-log operation that some of its logs do not have yet stays for a later cut, with everything behind it. None of
 * that had taken effect at the moment (docs/cnr.md, "Linearizability"). Multi-log operations have the same order in all
 * logs that they share. So a complete one has only complete ones before it.
 */
class CutReader implements Intake<LogsCut> {
    /** How many passes look for a moment at which nothing changes before the reader forces one. */
    private static final int LOOKS = 3;

    private static final long NAP_NANOS = 20_000;

    private final MultiLog<?, ?, ?> logs;
    private final List<Taken> taken = new ArrayList<>();

    /** Whether the last cut ended at a mark. There may then be entries behind the mark. */
    private boolean markedOff;

    /**
     * The end of the last cut consumed. The array is never changed. Volatile, since other threads read it and must see
     * the whole array.
     */
    private volatile long[] consumed;

    /** The writes taken from one log and not merged yet. */
    private static final class Taken {
        final LogCursor<Object> reader;
        final int[] log;
        final Deque<WriteRun<Object>> runs = new ArrayDeque<>();
        int offset;

        /** The number of the next write to merge. */
        long next;

        /** The multi-log operation that comes next; null if none does. */
        @Nullable
        MultiLogOperation crossing;

        Taken(int log, LogCursor<Object> reader) {
            this.log = new int[] {log};
            this.reader = reader;
            this.next = reader.index();
        }

        /** Moves on to the next multi-log operation, and passes on the writes before it. */
        void moveTo(List<LogsCut.Stretch> to) {
            crossing = null;
            while (crossing == null && !runs.isEmpty()) {
                WriteRun<Object> run = runs.element();
                int end = offset;
                while (end < run.size() && !(run.get(end) instanceof MultiLogOperation)) {
                    end++;
                }
                if (end > offset) {
                    handOn(run, end, to);
                }
                if (end < run.size()) {
                    crossing = (MultiLogOperation) run.get(end);
                    LogCursor.requireNext(run, next - offset);
                } else {
                    runs.remove();
                    offset = 0;
                }
            }
        }

        private void handOn(WriteRun<Object> run, int end, List<LogsCut.Stretch> to) {
            LogCursor.requireNext(run, next - offset);
            to.add(new LogsCut.Stretch(log, next, run.subList(offset, end)));
            next += end - offset;
            offset = end;
        }

        /** Moves past the multi-log operation. */
        void pass() {
            offset++;
            if (crossing != null && !crossing.readOnly) {
                next++;
            }
        }
    }

    /**
     * Creates a reader. The caller keeps a replica where it is, since the cursors begin at that replica's indexes.
     *
     * @param readers a cursor for each log, by number
     */
    CutReader(MultiLog<?, ?, ?> logs, List<LogCursor<Object>> readers) {
        this.logs = logs;
        for (int log = 0; log < readers.size(); log++) {
            taken.add(new Taken(log, readers.get(log)));
        }
        this.consumed = ends();
    }

    @Override
    public @Nullable LogsCut poll() {
        boolean found = takeAll();
        if (!found && !markedOff) {
            return null;
        }
        MultiLogOperation mark = findMoment();
        markedOff = mark != null;
        return isAbandoned() ? null : merge(mark);
    }

    /**
     * Takes all entries up to a moment. Returns the mark that ends them, or null if the moment comes after all that was
     * taken.
     */
    private @Nullable MultiLogOperation findMoment() {
        for (int look = 1; !isAbandoned(); look++) {
            if (!takeAgain()) {
                break;
            }
            if (look >= LOOKS) {
                if (logs.groups().isAlone()) {
                    if (logs.reads().tryLook(this::takeAll, Operations.currentThreadId())) {
                        break;
                    }
                } else {
                    MultiLogOperation mark = logs.writes().tryMark(Operations.currentThreadId());
                    if (mark != null) {
                        takeAll();
                        return mark;
                    }
                }
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
        return null;
    }

    /** Takes all entries of each log. Returns true if any log had a new one. */
    private boolean takeAll() {
        boolean found = false;
        for (Taken of : taken) {
            found |= of.reader.drainTo(of.runs);
        }
        return found;
    }

    /**
     * Takes all entries for a second time. Returns true if there was a new one. The logs may then never have stood as
     * the first pass saw them.
     */
    boolean takeAgain() {
        return takeAll();
    }

    private boolean isAbandoned() {
        return taken.get(0).reader.isAbandoned();
    }

    private @Nullable LogsCut merge(@Nullable MultiLogOperation mark) {
        long[] before = ends();
        List<LogsCut.Stretch> stretches = new ArrayList<>();
        for (Taken of : taken) {
            of.moveTo(stretches);
        }
        boolean passed;
        do {
            passed = false;
            for (Taken of : taken) {
                passed |= tryPass(of, mark, stretches);
            }
        } while (passed);
        return stretches.isEmpty() ? null : new LogsCut(before, ends(), stretches);
    }

    private boolean tryPass(Taken of, @Nullable MultiLogOperation mark, List<LogsCut.Stretch> stretches) {
        MultiLogOperation crossing = of.crossing;
        if (crossing != null && crossing.isCancelled()) { // it is in only some of its logs, and no replica applies it
            of.pass();
            of.moveTo(stretches);
            return true;
        }
        if (crossing == null || crossing == mark || !isMet(crossing)) {
            return false;
        }
        if (!crossing.readOnly) {
            long index = taken.get(crossing.logs[0]).next;
            stretches.add(new LogsCut.Stretch(crossing.logs, index, Arrays.asList(crossing.ops)));
        }
        for (int log : crossing.logs) {
            taken.get(log).pass();
            taken.get(log).moveTo(stretches);
        }
        return true;
    }

    /** Whether all logs of a multi-log operation have come to it. */
    boolean isMet(MultiLogOperation crossing) {
        for (int log : crossing.logs) {
            if (taken.get(log).crossing != crossing) {
                return false;
            }
        }
        return true;
    }

    private long[] ends() {
        return taken.stream().mapToLong(of -> of.next).toArray();
    }

    @Override
    public boolean hasNext() {
        return markedOff || taken.stream().anyMatch(of -> of.reader.hasNext());
    }

    @Override
    public void consumed(LogsCut cut) {
        long[] end = cut.end();
        for (int log = 0; log < end.length; log++) {
            taken.get(log).reader.setIndex(end[log]);
        }
        consumed = end;
    }

    @Override
    public long[] indexes() {
        return consumed.clone();
    }

    @Override
    public void clear() {
        taken.forEach(of -> {
            of.reader.clear();
            of.runs.clear();
        });
    }
}
