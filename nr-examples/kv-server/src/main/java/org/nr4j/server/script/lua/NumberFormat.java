package org.nr4j.server.script.lua;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as C's {@code printf} writes them with {@code %g}. */
public final class NumberFormat {
    private static final double LARGEST_PLAIN = 1e14;

    private NumberFormat() {}

    /** Returns a number with up to so many digits. */
    public static String general(double value, int precision) {
        if (value == Math.rint(value) && Math.abs(value) < LARGEST_PLAIN && precision >= 14) {
            return value == 0 && 1 / value < 0 ? "-0" : Long.toString((long) value);
        }
        if (Double.isNaN(value)) {
            return Double.doubleToRawLongBits(value) < 0 ? "-nan" : "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        return value == 0 ? "0" : finite(value, precision);
    }

    private static String finite(double value, int precision) {
        BigDecimal rounded = new BigDecimal(value)
                .round(new MathContext(precision, RoundingMode.HALF_EVEN))
                .stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < precision) {
            return rounded.toPlainString();
        }
        String digits = rounded.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value < 0 ? "-" : "") + mantissa + "e" + power;
    }
}
