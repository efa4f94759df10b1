package org.nr4j.examples.command;

import java.io.Console;

/** Whether a person looks at the output as it comes. */
public final class Terminal {
    private Terminal() {}

    public static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on there may be a console without a terminal.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
