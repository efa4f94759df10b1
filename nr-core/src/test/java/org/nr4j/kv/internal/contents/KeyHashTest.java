package org.nr4j.kv.internal.contents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that keys of any kind are spread evenly, and that the spread never changes. */
public class KeyHashTest {
    private static final int KEYS = 1 << 16;

    private static byte[] text(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** Kinds of keys that people use, each with little difference between its keys. */
    private static final List<IntFunction<byte[]>> KINDS = List.of(
            i -> new byte[] {(byte) (i >> 8), (byte) i},
            i -> new byte[] {(byte) i, (byte) (i >> 8), 0, 0, 0, 0},
            i -> ByteBuffer.allocate(4).putInt(i).array(),
            i -> ByteBuffer.allocate(8).putLong(i).array(),
            i -> ByteBuffer.allocate(8).putLong((long) i << 40).array(),
            i -> ByteBuffer.allocate(16).putLong(1024L * i).array(),
            i -> ByteBuffer.allocate(16).putLong(8, i).array(),
            i -> text("user:" + i),
            i -> text("user:" + i + ":name"),
            i -> text("a rather long prefix that all keys have in common/" + (1_000_000 + i)),
            i -> new byte[i]);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 16, 256})
    void keysOfAnyKind_areSpreadEvenly(int parts) {
        for (int kind = 0; kind < KINDS.size(); kind++) {
            int keys = kind == KINDS.size() - 1 ? 1 << 12 : KEYS; // zeros, of every length
            int[] sizes = new int[parts];
            for (int i = 0; i < keys; i++) {
                sizes[KeyHash.partOf(KINDS.get(kind).apply(i), parts)]++;
            }
            double mean = (double) keys / parts;
            double squares = 0;
            for (int size : sizes) {
                squares += (size - mean) * (size - mean) / mean;
            }
            // Chi squared: its mean is parts - 1, its variance twice that.
            assertThat(squares).as("kind " + kind).isLessThan(parts - 1 + 5 * Math.sqrt(2.0 * (parts - 1)) + 5);
        }
    }

    @Test
    void shortKeys_haveHashesOfTheirOwn() {
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < KEYS; i++) {
            hashes.add(KeyHash.hash(new byte[] {(byte) (i >> 8), (byte) i}));
            hashes.add(KeyHash.hash(new byte[] {(byte) (i >> 8), (byte) i, 0}));
        }
        assertThat(hashes).hasSize(2 * KEYS);
    }

    /** From another implementation. What listeners and statistics say of a log would mean other keys after a change. */
    @Test
    void parts_areThoseTheyAlwaysWere() {
        assertThat(KeyHash.hash(new byte[0])).isZero();
        assertThat(KeyHash.hash(text("a"))).isEqualTo(0x405337E338614E91L);
        assertThat(KeyHash.hash(text("0123456789abcdef"))).isEqualTo(0x071353F52A2B5812L);
        assertThat(KeyHash.hash(text("0123456789abcdefg"))).isEqualTo(0x9BE35440A052489CL);
    }

    @Test
    void onePart_hasThemAll() {
        assertThat(KeyHash.partOf(text("any"), 1)).isZero();
    }
}
