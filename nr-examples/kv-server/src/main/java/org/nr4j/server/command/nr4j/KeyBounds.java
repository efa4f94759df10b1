package org.nr4j.server.command.nr4j;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;

/**
 * A range of keys, as two arguments name it. The bounds are as those of ZRANGEBYLEX: {@code -} and {@code +} for the
 * ends of the database, {@code [key} for a key that belongs to the range, and {@code (key} for one that does not.
 *
 * @param low the lowest key that may belong to the range
 * @param end the lowest key above the range; null for the end of the database
 */
record KeyBounds(byte[] low, byte @Nullable [] end) {
    /** Reads the bounds from an argument and the next one. */
    static KeyBounds of(CommandContext c, int index) {
        return new KeyBounds(low(c.arg(index)), end(c.arg(index + 1)));
    }

    private static byte[] low(byte[] bound) {
        return switch (bound.length == 0 ? ' ' : bound[0]) {
            case '-' -> new byte[0];
            case '[' -> keyOf(bound);
            case '(' -> after(keyOf(bound));
            default -> throw invalid();
        };
    }

    private static byte @Nullable [] end(byte[] bound) {
        return switch (bound.length == 0 ? ' ' : bound[0]) {
            case '+' -> null;
            case '[' -> after(keyOf(bound));
            case '(' -> keyOf(bound);
            default -> throw invalid();
        };
    }

    private static byte[] keyOf(byte[] bound) {
        return Arrays.copyOfRange(bound, 1, bound.length);
    }

    /** Returns the lowest key above a key. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static CommandException invalid() {
        return new CommandException("ERR min or max not valid string range item");
    }

    /** Returns the rank of the first key of the range. Takes O(log n). */
    long firstRank(CommandContext c) {
        return c.keys().rank(c.database(), low);
    }

    /** Returns the rank behind the last key of the range; no less than that of the first. Takes O(log n). */
    long endRank(CommandContext c) {
        long rank = end == null ? c.keys().size(c.database()) : c.keys().rank(c.database(), end);
        return Math.max(rank, firstRank(c));
    }
}
