package org.nr4j.examples.watch;

import java.io.PrintStream;
import java.util.List;

/**
 * Shows one view after the other. On a terminal, each view replaces the one before. One thread at a time may use it.
 */
final class Screen {
    // Control sequences of ECMA-48, which terminals support, on Windows from Windows 10 on.
    private static final String CLEAR = "\u001B[2J";
    private static final String TO_TOP = "\u001B[H";
    private static final String CLEAR_REST_OF_LINE = "\u001B[K";
    private static final String CLEAR_BELOW = "\u001B[J";

    private final PrintStream out;
    private final boolean isPlain;
    private boolean isFirst = true;

    Screen(PrintStream out, boolean isPlain) {
        this.out = out;
        this.isPlain = isPlain;
    }

    /** Shows a view. It overwrites the old view instead of clearing it first, which would flicker. */
    void show(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (!isPlain) {
            text.append(isFirst ? CLEAR : "").append(TO_TOP);
        }
        for (String line : lines) {
            text.append(line).append(isPlain ? "" : CLEAR_REST_OF_LINE).append(System.lineSeparator());
        }
        text.append(isPlain ? System.lineSeparator() : CLEAR_BELOW);
        out.print(text);
        out.flush();
        isFirst = false;
    }
}
