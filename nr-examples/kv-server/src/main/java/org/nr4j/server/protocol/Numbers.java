package org.nr4j.server.protocol;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Numbers as text, by the rules of Redis. */
public final class Numbers {
    private static final int LONGEST_NUMBER = 256;
    private static final Pattern HEXADECIMAL = Pattern.compile("[+-]?0[xX][0-9a-fA-F.]+([pP][+-]?[0-9]+)?");

    private Numbers() {}

    // ---- integers ----

    /** Whether bytes are a decimal integer of 64 bits: no blanks, no plus, no leading zeros. */
    public static boolean isLong(byte[] text) {
        return isLong(text, 0, text.length);
    }

    /** Whether some bytes are a decimal integer of 64 bits, as {@link #isLong(byte[])}. */
    public static boolean isLong(byte[] text, int from, int to) {
        int length = to - from;
        if (length == 0 || length > 20) {
            return false;
        }
        boolean negative = text[from] == '-';
        int digits = negative ? from + 1 : from;
        if (length == 1 && text[from] == '0') {
            return true;
        }
        if (digits == to || text[digits] < '1' || text[digits] > '9') {
            return false;
        }
        return fits(text, digits, to, negative);
    }

    private static boolean fits(byte[] text, int digits, int to, boolean negative) {
        long value = 0; // negative, since the smallest number has no positive counterpart
        for (int i = digits; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return false;
            }
            value *= 10;
            if (value < Long.MIN_VALUE + digit) {
                return false;
            }
            value -= digit;
        }
        return negative || value != Long.MIN_VALUE;
    }

    /** Returns the integer in bytes that {@linkplain #isLong(byte[]) are one}. */
    public static long parseLong(byte[] text) {
        return parseLong(text, 0, text.length);
    }

    /** Returns the integer in some bytes that {@linkplain #isLong(byte[]) are one}. */
    public static long parseLong(byte[] text, int from, int to) {
        boolean negative = text[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            value = value * 10 - (text[i] - '0');
        }
        return negative ? value : -value;
    }

    /** Returns an integer as text. */
    public static byte[] bytes(long value) {
        return Ascii.bytes(Long.toString(value));
    }

    // ---- floating point ----

    /**
     * Returns the double in a text; NaN if it is none. A text is what C's {@code strtod} reads whole, without blanks.
     */
    public static double parseDouble(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > LONGEST_NUMBER) {
            return Double.NaN;
        }
        String text = Ascii.text(bytes);
        double infinity = infinity(text);
        if (infinity != 0) {
            return infinity;
        }
        boolean decimal = isDecimal(text);
        boolean hexadecimal = !decimal && HEXADECIMAL.matcher(text).matches();
        if (!decimal && !hexadecimal) {
            return Double.NaN;
        }
        try {
            // Java wants an exponent in hexadecimal numbers.
            return Double.parseDouble(
                    hexadecimal && text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static double infinity(String text) {
        String word = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        if (!word.equalsIgnoreCase("inf") && !word.equalsIgnoreCase("infinity")) {
            return 0;
        }
        return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }

    /** Java accepts suffixes, blanks and words besides what a decimal number has. */
    private static boolean isDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                return false;
            }
        }
        return true;
    }

    /** Returns a double as the shortest text that reads back as the same double. */
    public static String text(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
        }
        return shortest(value);
    }

    private static String shortest(double value) {
        return general(new BigDecimal(Double.toString(value)));
    }

    /** Returns up to 17 digits as C's {@code %.17g} writes them: with an exponent below 1e-4 and from 1e17 on. */
    public static String general(BigDecimal digits) {
        BigDecimal decimal = digits.stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 17) {
            return decimal.toPlainString();
        }
        String text = decimal.unscaledValue().abs().toString();
        String mantissa = text.length() == 1 ? text : text.charAt(0) + "." + text.substring(1);
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (decimal.signum() < 0 ? "-" : "") + mantissa + "e" + power;
    }
}
