package org.nr4j.kv.internal.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.WriteFormat;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.value.StoredValues;

/** Writes that name places in the files of their store. */
class StoredWriteEncodingTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String PLACE = "0000000000000003 0000000000000038 00000005"
            + " 000000000000000b 0000000000000001 0000000000000002 0000000000000003 0000000000000004";
    private static final String OLD_PLACE = "0000000000000003 0000000000000038 00000005"
            + " 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000";
    private static final String NEW_PLACE = "0000000000000004 0000000000000040 00000005"
            + " 0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000";

    /** A value that is "value" wherever it is. */
    private record Value(long file, long offset, int length) implements StoredValue {
        @Override
        public byte[] copy() {
            return "value".getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public boolean hasBytes(byte[] bytes) {
            return Arrays.equals(bytes, copy());
        }

        @Override
        public void written() {}
    }

    private static WriteDecoder decoder(@Nullable StoredValues files) {
        return new WriteDecoder(
                1,
                Shape.standard(true),
                new Limits(Limits.LONGEST_KEY, Limits.LONGEST_VALUE),
                new EntryHasher(null),
                name -> null,
                files);
    }

    private static byte[] bytes(String hex) {
        return HEX.parseHex(hex.replace("TIMED", "07 0000000000000005 0000000000000009 KEY")
                .replace("KEY", "00000001 6b")
                .replace("VALUE", "00000005 76616c7565")
                .replace("PLACE", PLACE)
                .replace("OLD", OLD_PLACE)
                .replace("NEW", NEW_PLACE)
                .replace(" ", ""));
    }

    private static byte[] encode(Update write) {
        ByteOutput out = ByteOutput.forOwnLog(10);
        out.write(WriteFormat.VERSION);
        write.encodeTo(out);
        return out.toByteArray();
    }

    /** The bytes must stay as they are: files have them. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            010e TIMED PLACE,       0101 TIMED VALUE
            010e 08 KEY PLACE,      0101 08 KEY VALUE
            010f 00 KEY 01 OLD NEW, 0109 00 00000000
            010f 00 KEY 00 NEW,     0109 00 00000000
            """)
    void format_isFixed_andCopiesElsewhereGetTheValue(String own, String elsewhere) {
        byte[] bytes = bytes(own);

        Update write = decoder(Value::new).decode(bytes);

        assertThat(encode(write)).isEqualTo(bytes);
        assertThat(WriteEncoder.encode(write)).isEqualTo(bytes(elsewhere));
    }

    @Test
    void otherStores_refuseThem_andSoDoesTheirOwn_ifTheyAreCut() {
        byte[] put = bytes("010e 00 KEY PLACE");
        assertThatThrownBy(() -> decoder(null).decode(put))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not name a file");
        byte[] move = bytes("010f 00 KEY 00 NEW");
        assertThatThrownBy(() -> decoder(null).decode(move)).isInstanceOf(IllegalArgumentException.class);
        for (byte[] whole : new byte[][] {put, move}) {
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> decoder(Value::new).decode(cut)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0000000000000000 0000000000000038 00000005", // no file has the number 0
        "0000000000000003 ffffffffffffffff 00000005",
        "0000000000000003 0000000000000038 ffffffff"
    })
    void placesThatCannotBe_areRefused(String place) {
        byte[] bytes = bytes("010e 00 KEY" + place + "0000000000000000".repeat(5));
        assertThatThrownBy(() -> decoder(Value::new).decode(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("place");
    }
}
