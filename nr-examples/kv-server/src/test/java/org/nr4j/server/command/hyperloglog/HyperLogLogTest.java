package org.nr4j.server.command.hyperloglog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;

/** The expected figures are those of redis-server 7.0.15. */
class HyperLogLogTest {
    private static HyperLogLog of(int elements) {
        HyperLogLog all = HyperLogLog.create();
        for (int i = 1; i <= elements; i++) {
            all.add(Ascii.bytes("" + i));
        }
        all.invalidate();
        return all;
    }

    @Test
    void string_isThatOfRedis() {
        HyperLogLog letters = HyperLogLog.create();
        List.of("a", "b", "c", "d", "e", "f", "g").forEach(letter -> letters.add(Ascii.bytes(letter)));
        letters.invalidate();
        assertThat(letters.encode())
                .isEqualTo(
                        Ascii.bytes(
                                "HYLL\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0080Fm\u0080V\u000c\u0080D<\u00848\u0080P\u00b1\u0084I\u008c\u0080Bm\u0080BZ"));
        assertThat(letters.runs())
                .isEqualTo(
                        "Z:1646 v:1,1 Z:5645 v:1,1 Z:1085 v:2,1 z:57 v:1,1 Z:4274 v:2,1 Z:2445 v:1,1 Z:622 v:1,1 Z:603");
        assertThat(letters.cardinality()).isEqualTo(7);
    }

    @Test
    void estimate_isThatOfRedis() {
        HyperLogLog many = of(100_000);
        assertThat(many.isDense()).isTrue();
        assertThat(many.encode()).hasSize(12_304);
        assertThat(many.cardinality()).isEqualTo(99562);
    }

    @Test
    void denseAndSparse_haveTheSameRegisters() {
        HyperLogLog sparse = of(500);
        HyperLogLog dense = HyperLogLog.decode(sparse.encode());
        dense.toDense();
        assertThat(sparse.isDense()).isFalse();
        assertThat(dense.values()).isEqualTo(sparse.values());
        assertThat(dense.cardinality()).isEqualTo(sparse.cardinality());
    }

    @Test
    void union_hasTheElementsOfBoth() {
        HyperLogLog union = of(300);
        union.merge(of(700).values());
        assertThat(union.values()).isEqualTo(of(700).values());
    }

    @Test
    void damagedStrings_areRefusedOrRead() {
        assertThatThrownBy(() -> HyperLogLog.decode(Ascii.bytes("HYLL"))).isInstanceOf(CommandException.class);
        byte[] string = of(200).encode();
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = random.nextBoolean() ? string.clone() : Arrays.copyOf(string, random.nextInt(300));
            for (int j = random.nextInt(4); j >= 0 && damaged.length > 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            refused += isRefused(damaged) ? 1 : 0;
        }
        assertThat(refused).isBetween(1_000, 1_999);
    }

    private static boolean isRefused(byte[] string) {
        try {
            HyperLogLog damaged = HyperLogLog.decode(string);
            damaged.add(Ascii.bytes("x"));
            damaged.invalidate();
            damaged.cardinality();
            damaged.toDense();
            return false;
        } catch (CommandException e) {
            return true;
        }
    }
}
