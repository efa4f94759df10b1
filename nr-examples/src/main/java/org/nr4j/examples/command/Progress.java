package org.nr4j.examples.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Shows the progress of a run. On a terminal, it overwrites one line. Elsewhere, it prints a new line each second. One
 * thread at a time may use it.
 */
public final class Progress {
    private static final int BAR = 20;

    /** The width of the line, in columns. A terminal cannot overwrite a line that is wider than itself. */
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

    /** @param share the finished part, from 0 to 1 */
    public void show(double share, String what) {
        if (isTerminal) {
            int done = (int) (share * BAR);
            overwrite("  [" + "#".repeat(done) + "-".repeat(BAR - done) + "] " + percent(share) + "  " + what);
        } else if (System.nanoTime() - lastNanos >= LINE_NANOS) {
            lastNanos = System.nanoTime();
            out.println("  " + percent(share) + "  " + what);
        }
    }

    /** Ends the progress. On a terminal, removes the line. */
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
