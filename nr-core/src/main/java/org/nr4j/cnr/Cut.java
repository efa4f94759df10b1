package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.nr4j.internal.multilog.LogsCut;

/**
 * All writes that took effect between two moments, in an order in which a replica could have applied them. A consumer
 * may keep a cut; it is immutable.
 *
 * <p>The writes of one log come in the order of that log. A write of several logs comes once, after all earlier writes
 * of its logs. The writes of an atomic batch are consecutive, and in one cut.
 *
 * @param <W> the operations that write
 */
public final class Cut<W> implements Iterable<CutWrite<W>> {
    private final LogsCut cut;

    Cut(LogsCut cut) {
        this.cut = cut;
    }

    /** Returns how many writes of each log came before this cut. */
    public LogIndexes before() {
        return new LogIndexes(cut.before());
    }

    /** Returns how many writes of each log there are up to the end of this cut. */
    public LogIndexes after() {
        return new LogIndexes(cut.after());
    }

    /** Returns the number of operations in this cut. */
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
    @SuppressWarnings("unchecked") // each was submitted as a W
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

    /** Returns the operations of the writes, in order. */
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
