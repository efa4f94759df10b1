package org.nr4j.examples.command;

import java.io.Console;

/** Says whether the output goes to a terminal. */
public final class Terminal {
    private Terminal() {}

    public static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on, a console may exist without a terminal.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
