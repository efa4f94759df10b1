package org.nr4j.server.config;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes with a unit, such as {@code 1gb}. A unit without a {@code b} counts in powers of 1000. */
public final class MemorySize {
    private static final Pattern FORM = Pattern.compile("([0-9]{0,18})(|b|k|kb|m|mb|g|gb)");

    private MemorySize() {}

    /** Returns the number of bytes that a text names; empty if it names none. The empty text is 0, as in Redis. */
    static OptionalLong parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        long number = matcher.group(1).isEmpty() ? 0 : Long.parseLong(matcher.group(1));
        try {
            return OptionalLong.of(Math.multiplyExact(number, unit(matcher.group(2))));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long unit(String name) {
        return switch (name) {
            case "k" -> 1_000;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000;
            case "gb" -> 1L << 30;
            default -> 1;
        };
    }

    /** Returns a number of bytes for people, as INFO has it: {@code 1.50M}. */
    public static String forPeople(long bytes) {
        if (bytes < 1L << 10) {
            return bytes + "B";
        }
        int unit = Math.min(5, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return String.format(Locale.ROOT, "%.2f%c", bytes / (double) (1L << (10 * unit)), "BKMGTP".charAt(unit));
    }
}
