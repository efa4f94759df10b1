package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.nr4j.internal.multilog.LogsCut;

/**
 * All writes that took effect between two moments, in an order in which a replica could have applied them: those of one log in its order, a write of several logs once, where all of them have come to it. The writes of an atomic batch are consecutive, and in one cut. Unmodifiable, and may be
 * kept.
 *
 * @param <W> the operations that write
 */
public final class Cut<W> implements Iterable<CutWrite<W>> {
    private final LogsCut cut;

    Cut(LogsCut cut) {
        this.cut = cut;
    }

    /** How many writes of each log came before. */
    public LogIndexes before() {
        return new LogIndexes(cut.before());
    }

    /** How many writes of each log there are with these. */
    public LogIndexes after() {
        return new LogIndexes(cut.after());
    }

    /** How many operations these are. */
    public int size() {
        return cut.stretches().stream()
                .mapToInt(stretch -> stretch.writes().size())
                .sum();
    }

    /** The writes, in order. */
    @Override
    public Iterator<CutWrite<W>> iterator() {
        return writes().iterator();
    }

    /** The writes, in order. */
    @SuppressWarnings("unchecked") // what was submitted as W
    public List<CutWrite<W>> writes() {
        List<CutWrite<W>> writes = new ArrayList<>(size());
        for (LogsCut.Stretch stretch : cut.stretches()) {
            LogSet logs = LogSet.of(stretch.logs());
            for (int i = 0; i < stretch.writes().size(); i++) {
                writes.add(new CutWrite<>((W) stretch.writes().get(i), logs, stretch.index(i)));
            }
        }
        return Collections.unmodifiableList(writes);
    }

    /** The operations alone, in order. */
    @SuppressWarnings("unchecked")
    public List<W> operations() {
        List<W> operations = new ArrayList<>(size());
        cut.stretches().forEach(stretch -> operations.addAll((List<W>) stretch.writes()));
        return Collections.unmodifiableList(operations);
    }

    @Override
    public String toString() {
        return "Cut[before=" + before() + ", after=" + after() + "]";
    }
}
