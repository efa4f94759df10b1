package org.nr4j.server.command;

import org.jspecify.annotations.Nullable;

/** Which commands a script may call, since its user may run them. */
@FunctionalInterface
public interface Guard {
    /** Allows all commands. */
    Guard NONE = (command, arguments) -> null;

    /** Returns why a command may not run, as the text of an error without its code; null if the command may run. */
    @Nullable
    String problem(Command command, byte[][] arguments);
}
