package org.nr4j.server.command;

import org.nr4j.server.protocol.Numbers;

/** What commands that wait have in common. One that finds nothing replies nothing, if its caller lets it wait. */
public final class Blocking {
    private static final double MILLIS = 1_000;

    private Blocking() {}

    /** Throws an error if an argument is not a timeout in seconds. */
    public static void requireTimeout(CommandContext c, int index) {
        double seconds = c.number(index, "ERR timeout is not a float or out of range");
        if (seconds < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        if (seconds > Long.MAX_VALUE / MILLIS - c.now()) {
            throw new CommandException("ERR timeout is out of range");
        }
    }

    /** Returns how long a request that has run waits; 0 for without an end. */
    static long timeoutMillis(Command command, byte[][] request) {
        int index = command.name().endsWith("MPOP") ? 1 : request.length - 1;
        return (long) Math.ceil(Numbers.parseDouble(request[index]) * MILLIS);
    }

    /** Replies a null array if nothing was found, and the command must not wait. */
    public static void endArray(CommandContext c, boolean found) {
        if (!found && !c.waits()) {
            c.reply().nullArray();
        }
    }
}
