package org.nr4j.cluster.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Counts what clients see in each tenth of a second, and draws it. For any number of threads. */
final class Timeline {
    private static final long SLOT_MILLIS = 100;
    private static final int HEIGHT = 8;
    private static final int EIGHTHS = 8;
    private static final char FIRST_EIGHTH = '\u2581';

    private final long began = System.nanoTime();
    private final AtomicIntegerArray done;
    private final AtomicIntegerArray troubles;
    private final Map<Integer, String> marks = new TreeMap<>();

    Timeline(long millis) {
        int slots = (int) (millis / SLOT_MILLIS);
        this.done = new AtomicIntegerArray(slots);
        this.troubles = new AtomicIntegerArray(slots);
    }

    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    private void count(AtomicIntegerArray counts) {
        int slot = (int) (millis() / SLOT_MILLIS);
        if (slot < counts.length()) {
            counts.incrementAndGet(slot);
        }
    }

    void ok() {
        count(done);
    }

    void trouble() {
        count(troubles);
    }

    synchronized void mark(String what) {
        marks.merge((int) (millis() / SLOT_MILLIS), what, (a, b) -> a + ", " + b);
    }

    /** Returns the longest time without a write that succeeded, in milliseconds, to a tenth of a second. */
    long longestGapMillis() {
        int longest = 0;
        int current = 0;
        for (int i = 0; i < done.length(); i++) {
            current = done.get(i) == 0 ? current + 1 : 0;
            longest = Math.max(longest, current);
        }
        return longest * SLOT_MILLIS;
    }

    /** Returns the picture: a column for each tenth of a second, and the marks below. */
    synchronized List<String> draw() {
        int most = 1;
        for (int i = 0; i < done.length(); i++) {
            most = Math.max(most, done.get(i));
        }
        List<String> lines = new ArrayList<>();
        for (int row = HEIGHT - 1; row >= 0; row--) {
            StringBuilder line = new StringBuilder(row == HEIGHT - 1 ? "%6d |".formatted(most) : "       |");
            for (int i = 0; i < done.length(); i++) {
                int eighths = (int) Math.ceil((double) done.get(i) * HEIGHT * EIGHTHS / most) - row * EIGHTHS;
                line.append(eighths <= 0 ? ' ' : (char) (FIRST_EIGHTH + Math.min(EIGHTHS, eighths) - 1));
            }
            lines.add(line.toString().stripTrailing());
        }
        StringBuilder axis = new StringBuilder("     0 +");
        StringBuilder seconds = new StringBuilder("        ");
        StringBuilder signs = new StringBuilder("        ");
        for (int i = 0; i < done.length(); i++) {
            axis.append(i % 10 == 0 ? '+' : '-');
            seconds.append(i % 10 == 0 ? "%-10s".formatted(i / 10 + " s") : "");
            signs.append(marks.containsKey(i) ? '^' : troubles.get(i) > 0 ? '!' : ' ');
        }
        lines.add(axis.toString());
        lines.add(seconds.toString().stripTrailing());
        lines.add(signs.toString().stripTrailing());
        marks.forEach(
                (slot, what) -> lines.add("        " + " ".repeat(slot) + "^ %.1f s: %s".formatted(slot / 10.0, what)));
        return lines;
    }
}
