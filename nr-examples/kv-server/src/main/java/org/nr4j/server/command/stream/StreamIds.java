package org.nr4j.server.command.stream;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.stream.StreamId;

/** The ids of entries in arguments. */
final class StreamIds {
    private static final int LONGEST = 127;

    /** What C's {@code strtoull} reads whole. */
    private static final Pattern UNSIGNED = Pattern.compile("[ \\t\\n\\x0B\\f\\r]*[+-]?[0-9]+");

    private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(Long.SIZE);

    private StreamIds() {}

    static CommandException invalid() {
        return new CommandException("ERR Invalid stream ID specified as stream command argument");
    }

    /** Returns the id of an argument, which is 0 behind the hyphen if it has none. */
    static StreamId strict(CommandContext c, int index) {
        StreamId id = parse(c.arg(index), 0);
        if (id == null) {
            throw invalid();
        }
        return id;
    }

    /** Returns the id of an argument, which may be {@code -} or {@code +} for the lowest and the highest. */
    static StreamId any(CommandContext c, int index, long missingSequence) {
        return switch (c.text(index)) {
            case "-" -> StreamId.MIN;
            case "+" -> StreamId.MAX;
            default -> {
                StreamId id = parse(c.arg(index), missingSequence);
                if (id == null) {
                    throw invalid();
                }
                yield id;
            }
        };
    }

    /** Returns the first id of a range, whose argument may begin with a parenthesis to exclude it. */
    static StreamId rangeStart(CommandContext c, int index) {
        if (!excludes(c, index)) {
            return any(c, index, 0);
        }
        StreamId next = excluded(c, index, 0).next();
        if (next == null) {
            throw new CommandException("ERR invalid start ID for the interval");
        }
        return next;
    }

    /** Returns the last id of a range, whose argument may begin with a parenthesis to exclude it. */
    static StreamId rangeEnd(CommandContext c, int index) {
        if (!excludes(c, index)) {
            return any(c, index, -1);
        }
        StreamId previous = excluded(c, index, -1).previous();
        if (previous == null) {
            throw new CommandException("ERR invalid end ID for the interval");
        }
        return previous;
    }

    private static boolean excludes(CommandContext c, int index) {
        return c.arg(index).length > 1 && c.arg(index)[0] == '(';
    }

    private static StreamId excluded(CommandContext c, int index, long missingSequence) {
        StreamId id = parse(Ascii.bytes(c.text(index).substring(1)), missingSequence);
        if (id == null) {
            throw invalid();
        }
        return id;
    }

    /** Returns the id in some bytes, or null if they are none. */
    static @Nullable StreamId parse(byte[] bytes, long missingSequence) {
        String text = text(bytes);
        int hyphen = text.indexOf('-');
        BigInteger millis = unsigned(hyphen < 0 ? text : text.substring(0, hyphen));
        BigInteger sequence = hyphen < 0 ? BigInteger.valueOf(missingSequence) : unsigned(text.substring(hyphen + 1));
        return millis == null || sequence == null ? null : new StreamId(millis.longValue(), sequence.longValue());
    }

    /** Returns the time of an id whose sequence is an asterisk; null if an argument is no such id. */
    static @Nullable Long timeOfAutomatic(byte[] bytes) {
        String text = text(bytes);
        BigInteger millis = text.endsWith("-*") ? unsigned(text.substring(0, text.length() - 2)) : null;
        return millis == null ? null : (Long) millis.longValue();
    }

    /** Redis reads up to a byte of zero. A longer text is no id. */
    private static String text(byte[] bytes) {
        return bytes.length > LONGEST ? "" : Ascii.upToNul(bytes);
    }

    /** Returns an integer of 64 bits without a sign. Redis takes some negative ones, modulo 2^64, but no plain ones. */
    private static @Nullable BigInteger unsigned(String text) {
        if (!UNSIGNED.matcher(text).matches() || (text.startsWith("-") && Numbers.isLong(Ascii.bytes(text)))) {
            return null;
        }
        String digits = text.strip();
        BigInteger value = new BigInteger(digits);
        return value.abs().compareTo(LIMIT) < 0 ? value : null;
    }
}
