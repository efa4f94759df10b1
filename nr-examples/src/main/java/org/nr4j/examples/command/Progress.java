package org.nr4j.examples.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Says how far the run has come: on a terminal in one line that is written over, elsewhere in a new line each second.
 * For one thread at a time.
 */
public final class Progress {
    private static final int BAR = 20;

    /** A line that is wider than the terminal cannot be written over. */
    private static final int WIDTH = 79;

    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintStream out;
    private final boolean isTerminal;
    private long lastNanos = System.nanoTime();
    private int written;

    public Progress(PrintStream out, boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /** @param share what is done, from 0 to 1 */
    public void show(double share, String what) {
        if (isTerminal) {
            int done = (int) (share * BAR);
            overwrite("  [" + "#".repeat(done) + "-".repeat(BAR - done) + "] " + percent(share) + "  " + what);
        } else if (System.nanoTime() - lastNanos >= LINE_NANOS) {
            lastNanos = System.nanoTime();
            out.println("  " + percent(share) + "  " + what);
        }
    }

    /** The run is over. Takes the line on a terminal away again. */
    public void done() {
        if (isTerminal) {
            overwrite("");
            out.print('\r');
            out.flush();
        } else {
            out.println();
        }
    }

    private void overwrite(String text) {
        String line = text.substring(0, Math.min(text.length(), WIDTH));
        out.print('\r' + line + " ".repeat(Math.max(0, written - line.length())));
        out.flush();
        written = line.length();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%3.0f %%", share * 100);
    }
}
