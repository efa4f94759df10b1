package org.nr4j.kv.internal.reconcile.view;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nr4j.kv.internal.reconcile.wire.WireInput;
import org.nr4j.kv.internal.reconcile.wire.WireOutput;

/** Compares lists of digests, and encodes places in them. */
public final class Digests {
    private Digests() {}

    /** Returns the places of the digests of one list that another one lacks, ascending. */
    public static List<Integer> missing(long[] digests, long[] others) {
        Set<Long> there = new HashSet<>(others.length * 2);
        for (long other : others) {
            there.add(other);
        }
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < digests.length; i++) {
            if (!there.contains(digests[i])) {
                places.add(i);
            }
        }
        return places;
    }

    /** Returns places as runs. */
    public static List<Run> runs(List<Integer> places) {
        List<Run> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= places.size(); i++) {
            if (i == places.size() || places.get(i) != places.get(i - 1) + 1) {
                runs.add(new Run(places.get(from), i - from));
                from = i;
            }
        }
        return runs;
    }

    /** Adds places: their number, and for each one how many places it skips. */
    public static void writeGaps(List<Integer> places, WireOutput out) {
        out.writeNumber(places.size());
        int next = 0;
        for (int place : places) {
            out.writeNumber(place - next);
            next = place + 1;
        }
    }

    /** Returns places that {@link #writeGaps} has added. */
    public static List<Integer> readGaps(WireInput in, int size) {
        int count = in.readNumber(0, size);
        List<Integer> places = new ArrayList<>(Math.min(count, in.remaining()));
        int next = 0;
        for (int i = 0; i < count; i++) {
            int place = next + in.readNumber(0, size - 1 - next);
            places.add(place);
            next = place + 1;
        }
        return places;
    }

    /** Adds places as runs. */
    public static void writeRuns(List<Integer> places, WireOutput out) {
        writeRunList(runs(places), out);
    }

    /** Adds runs: their number, and for each one how many entries it skips, and its length. */
    public static void writeRunList(List<Run> runs, WireOutput out) {
        out.writeNumber(runs.size());
        long next = 0;
        for (Run run : runs) {
            out.writeNumber(run.offset() - next).writeNumber(run.length());
            next = run.offset() + run.length();
        }
    }

    /**
     * Returns runs that {@link #writeRunList} has added.
     *
     * @param size the number of entries of the span; no run goes beyond it
     */
    public static List<Run> readRuns(WireInput in, long size) {
        int count = in.readNumber(0, in.remaining());
        List<Run> runs = new ArrayList<>();
        long next = 0;
        for (int i = 0; i < count; i++) {
            long gap = in.readNumber();
            long length = in.readNumber();
            if (length == 0 || gap > size - next || length > size - next - gap) {
                throw in.malformed("a run must be inside its range: skipped=" + gap + " length=" + length);
            }
            runs.add(new Run(next + gap, length));
            next += gap + length;
        }
        return runs;
    }
}
