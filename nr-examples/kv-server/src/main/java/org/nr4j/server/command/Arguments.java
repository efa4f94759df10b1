package org.nr4j.server.command;

/** Arguments that several commands have. */
public final class Arguments {
    private Arguments() {}

    /** Returns the index after the last key of a command that says how many keys it has. An option must follow them. */
    public static int keysEnd(CommandContext c, int countAt) {
        long keys = c.integer(countAt, 1, Long.MAX_VALUE, "ERR numkeys should be greater than 0");
        if (keys >= c.count() - countAt - 1) {
            throw CommandException.syntax();
        }
        return countAt + 1 + (int) keys;
    }

    /** Returns the number after the word COUNT, which ends a command; 1 if it is missing. */
    public static long countOption(CommandContext c, int index) {
        if (index == c.count()) {
            return 1;
        }
        if (index + 2 != c.count() || !c.is(index, "COUNT")) {
            // A second COUNT is one too many.
            boolean first = c.is(index, "COUNT") && index + 1 < c.count();
            if (first) {
                c.integer(index + 1, 1, Long.MAX_VALUE, "ERR count should be greater than 0");
            }
            throw CommandException.syntax();
        }
        return c.integer(index + 1, 1, Long.MAX_VALUE, "ERR count should be greater than 0");
    }
}
