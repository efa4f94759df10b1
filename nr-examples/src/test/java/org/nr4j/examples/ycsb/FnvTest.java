package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FnvTest {
    /** The first three are in the keys that YCSB loads first; the others were computed apart. */
    @ParameterizedTest
    @CsvSource({
        "0, 6284781860667377211",
        "1, 8517097267634966620",
        "2, 1820151046732198393",
        "81985529216486895, 4029383781087845461",
        "-1, 8289690350564177859"
    })
    void hash_knownNumbers_knownValues(long number, long hash) {
        assertThat(Fnv.hash(number)).isEqualTo(hash);
    }

    @Test
    void hash_manyNumbers_notNegative() {
        new SplittableRandom(1)
                .longs(100_000)
                .forEach(number -> assertThat(Fnv.hash(number)).isNotNegative());
    }
}
