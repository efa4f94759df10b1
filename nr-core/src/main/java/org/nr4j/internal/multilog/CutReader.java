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
 * What a follower takes from several logs: cuts, each of which is all that has taken effect in all logs up to a moment,
 * and not been in the cuts before.
 *
 * <p>For the follower's task, but for {@link #indexes}.
 */
/*
 * The moment. Takes all there is in each log, and once more: if there is nothing new in any, then all logs stood where
 * they do when the second look began, since they only grow. While many write, that does not come about. Then it has the
 * moment made: with several replicas by a mark in all logs, with one by looking at the journals while all who write are
 * kept out. Neither waits for anybody who waits for a follower.
 *
 * The merge. What one log has is handed on in its order, up to a write of several logs (crossing). That waits until all
 * of its logs have come to it, and is handed on once: just as on a replica. A crossing that some of its logs do not
 * have yet stays for another cut, and so does what is behind it: that had not taken effect at the moment (docs/cnr.md,
 * "Linearizability"). Crossings are in the same order in all logs they share, so one that is complete is waited for by
 * nothing but complete ones.
 */
class CutReader implements Intake<LogsCut> {
    /** How often it looks for a moment when nothing changes before it has one made. */
    private static final int LOOKS = 3;

    private static final long NAP_NANOS = 20_000;

    private final MultiLog<?, ?, ?> logs;
    private final List<Taken> taken = new ArrayList<>();

    /** Whether the last cut ended at a mark: there may be something behind it. */
    private boolean markedOff;

    /**
     * The end of the last cut consumed; the array is not changed. Volatile: for other threads, and so that they see it
     * whole.
     */
    private volatile long[] consumed;

    /** What was taken from one log and not merged. */
    private static final class Taken {
        final LogCursor<Object> reader;
        final int[] log;
        final Deque<WriteRun<Object>> runs = new ArrayDeque<>();
        int offset;

        /** The number of the next write to merge. */
        long next;

        /** The crossing that comes next; null if nothing does. */
        @Nullable
        MultiLogOperation crossing;

        Taken(int log, LogCursor<Object> reader) {
            this.log = new int[] {log};
            this.reader = reader;
            this.next = reader.index();
        }

        /** Moves on to the next crossing, and hands on what comes before it. */
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

        /** Goes past the crossing. */
        void pass() {
            offset++;
            if (crossing != null && !crossing.readOnly) {
                next++;
            }
        }
    }

    /**
     * For one who keeps a replica where it is.
     *
     * @param readers one of each log, by number
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

    /** Takes all up to a moment; returns the mark up to which that is, or null if it is all that was taken. */
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

    /** Takes all there is in each log; true if there is anything new in any of them. */
    private boolean takeAll() {
        boolean found = false;
        for (Taken of : taken) {
            found |= of.reader.drainTo(of.runs);
        }
        return found;
    }

    /**
     * Looks for the second time: whether that has found something new, so that the logs may never have stood as they
     * were seen.
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
        if (crossing != null && crossing.isCancelled()) { // it is in some of its logs only, and nobody applies it
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

    /** Whether all logs of a crossing have come to it. */
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
