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
            throw outOfRange();
        }
    }

    private static CommandException outOfRange() {
        return new CommandException("ERR timeout is out of range");
    }

    /** Throws an error if an argument is not a timeout in milliseconds. */
    public static void requireMillis(CommandContext c, int index) {
        long millis = c.integer(index, "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        if (millis > Long.MAX_VALUE - c.now()) {
            throw outOfRange();
        }
    }

    /** Returns how long a request that has run waits; 0 for without an end. */
    static long timeoutMillis(Command command, byte[][] request) {
        int block = command.name().startsWith("XREAD") ? Arguments.readOption(request, "BLOCK") : -1;
        if (block > 0) {
            return Numbers.parseLong(request[block + 1]);
        }
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
