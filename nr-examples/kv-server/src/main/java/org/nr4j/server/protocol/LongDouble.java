package org.nr4j.server.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Sums with the 64 bits of precision of C's {@code long double}, in which Redis adds to floating-point strings. */
public final class LongDouble {
    private static final int PRECISION = 64;
    private static final int FRACTION_DIGITS = 17;
    private static final int LARGEST_EXPONENT = 4_932;

    private LongDouble() {}

    /** Returns the number in a text; null if it is none, or not finite. */
    public static @Nullable BigDecimal parse(byte[] text) {
        double rough = Numbers.parseDouble(text);
        if (Double.isNaN(rough) || (Double.isInfinite(rough) && !hasDigits(text))) {
            return null;
        }
        try {
            boolean hexadecimal =
                    Ascii.text(text).indexOf('x') >= 0 || Ascii.text(text).indexOf('X') >= 0;
            BigDecimal exact = hexadecimal ? new BigDecimal(rough) : new BigDecimal(Ascii.text(text));
            boolean fits =
                    Math.abs((long) exact.precision() - exact.scale()) <= LARGEST_EXPONENT || exact.signum() == 0;
            return fits ? round(exact) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean hasDigits(byte[] text) {
        for (byte b : text) {
            if (b >= '0' && b <= '9') {
                return true;
            }
        }
        return false;
    }

    /** Returns the sum, rounded to 64 bits. */
    public static BigDecimal add(BigDecimal a, BigDecimal b) {
        return round(a.add(b));
    }

    /** Returns a number with up to 17 digits after the point. */
    public static byte[] format(BigDecimal value) {
        BigDecimal rounded =
                value.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return Ascii.bytes(rounded.signum() == 0 ? "0" : rounded.toPlainString());
    }

    private static BigDecimal round(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal magnitude = exact.abs();
        int shift = PRECISION - exponentOf(magnitude);
        BigDecimal scaled = shift >= 0 ? magnitude.multiply(power(shift)) : magnitude.divide(power(-shift));
        BigDecimal mantissa = scaled.setScale(0, RoundingMode.HALF_EVEN);
        BigDecimal rounded = shift >= 0 ? mantissa.divide(power(shift)) : mantissa.multiply(power(-shift));
        return exact.signum() < 0 ? rounded.negate() : rounded;
    }

    /** Returns the e with 2^(e-1) <= x < 2^e. */
    private static int exponentOf(BigDecimal x) {
        BigInteger whole = x.toBigInteger();
        if (whole.signum() > 0) {
            return whole.bitLength();
        }
        int shift = (int) Math.ceil((x.scale() - x.precision() + 1) * 3.3219280948873626) + 2;
        return x.multiply(power(shift)).toBigInteger().bitLength() - shift;
    }

    private static BigDecimal power(int exponent) {
        return new BigDecimal(BigInteger.ONE.shiftLeft(exponent));
    }
}
