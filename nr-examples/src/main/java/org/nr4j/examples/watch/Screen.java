package org.nr4j.examples.watch;

import java.io.PrintStream;
import java.util.List;

/** Shows one view after the other: on a terminal each in the place of the one before. For one thread at a time. */
final class Screen {
    // Control sequences of ECMA-48, which terminals know; on Windows those from Windows 10 on.
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

    /** Writes over what is there instead of clearing it first, which would flicker. */
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
