package org.nr4j.server.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 10, 99, 100, -100, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L})
    void integer_isReadAndWritten(long value) {
        byte[] text = Ascii.bytes(Long.toString(value));
        assertThat(Numbers.isLong(text)).isTrue();
        assertThat(Numbers.parseLong(text)).isEqualTo(value);
        ReplyWriter writer = new ReplyWriter(0);
        writer.integer(value);
        assertThat(Ascii.text(writer.toByteArray())).isEqualTo(":" + value + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", "+1", "01", "-0", " 1", "1 ", "9223372036854775808", "-9223372036854775809", "1a", "0x1"
            })
    void notAnInteger_isRefused(String text) {
        assertThat(Numbers.isLong(Ascii.bytes(text))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3",
        "3.3, 3.3",
        "-0.25, -0.25",
        "1e20, 1e+20",
        "1e17, 1e+17",
        "1e16, 10000000000000000",
        "1e-5, 1e-05",
        "inf, inf",
        "-Infinity, -inf",
        "0x10, 16",
        "1.5e300, 1.5e+300"
    })
    void double_hasTheShortestText(String text, String expected) {
        assertThat(Numbers.text(Numbers.parseDouble(Ascii.bytes(text)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nan", "1d", "1f", " 1", "1 ", "e", ".", "0x", "infinite"})
    void notADouble_isRefused(String text) {
        assertThat(Numbers.parseDouble(Ascii.bytes(text))).isNaN();
    }

    @Test
    void longDouble_addsWithSixtyFourBits() {
        assertThat(sum("10.5", "0.1")).isEqualTo("10.6");
        assertThat(sum("5.0e3", "200")).isEqualTo("5200");
        assertThat(sum("0.1", "0.2")).isEqualTo("0.3");
        assertThat(sum("3", "1.0000000000000000000001")).isEqualTo("4");
        assertThat(sum("18446744073709551616", "1")).isEqualTo("18446744073709551616");
    }

    private static String sum(String a, String b) {
        return Ascii.text(LongDouble.format(LongDouble.add(
                Objects.requireNonNull(LongDouble.parse(Ascii.bytes(a))),
                Objects.requireNonNull(LongDouble.parse(Ascii.bytes(b))))));
    }
}
