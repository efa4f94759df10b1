package org.nr4j.server.command;

import java.util.Locale;
import java.util.Map;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;

/** Arguments that several commands have. */
public final class Arguments {
    /** The options of XREAD and XREADGROUP before the streams, and how many values each has. */
    private static final Map<String, Integer> READ_OPTIONS = Map.of("BLOCK", 1, "COUNT", 1, "GROUP", 2, "NOACK", 0);

    private Arguments() {}

    /** Returns the integer that an argument is; throws an error with this text if it is none. */
    public static long integer(byte[] argument, String error) {
        if (!Numbers.isLong(argument)) {
            throw new CommandException(error);
        }
        return Numbers.parseLong(argument);
    }

    /** As the other method of this name, with the text that most commands have. */
    public static long integer(byte[] argument) {
        return integer(argument, CommandException.NOT_AN_INTEGER);
    }

    /** Returns the index of an option of XREAD or XREADGROUP, or of the word STREAMS; -1 if it is missing. */
    public static int readOption(byte[][] request, String word) {
        int found = -1;
        int i = 1;
        while (i < request.length) {
            String option = Ascii.text(request[i]).toUpperCase(Locale.ROOT);
            Integer values = READ_OPTIONS.get(option);
            found = option.equals(word) ? i : found;
            if (values == null) {
                return found;
            }
            i += 1 + values;
        }
        return found;
    }

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
