package org.nr4j.server.command.hash;

import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;

/** The end of a command: the word FIELDS, a number, and so many fields. */
record FieldList(int first, int count) {
    private static final String MISSING = "ERR Mandatory argument FIELDS is missing or not at the right position";
    private static final String WRONG_COUNT = "ERR The `numfields` parameter must match the number of arguments";

    /** Returns the fields after the word, which must be at an index. */
    static FieldList at(CommandContext c, int index, String notPositive) {
        if (!c.is(index, "FIELDS")) {
            throw new CommandException(MISSING);
        }
        if (index + 1 == c.count()) {
            throw c.wrongArity();
        }
        long count = c.integer(index + 1, 1, Long.MAX_VALUE, notPositive);
        if (count != c.count() - index - 2) {
            throw new CommandException(WRONG_COUNT);
        }
        return new FieldList(index + 2, (int) count);
    }

    static FieldList at(CommandContext c, int index) {
        return at(c, index, "ERR Number of fields must be a positive integer");
    }

    /** Returns the index after the last field. */
    int end() {
        return first + count;
    }
}
