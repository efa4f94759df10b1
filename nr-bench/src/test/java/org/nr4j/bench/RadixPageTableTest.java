package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RadixPageTableTest {
    private final RadixPageTable table = new RadixPageTable();

    @Test
    void itIsAMap() {
        SplittableRandom random = new SplittableRandom(7);
        long[] pages = new long[400];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = random.nextLong(1L << 36) >>> random.nextInt(36); // near ones and far ones
        }
        Map<Long, Long> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long page = pages[random.nextInt(pages.length)];
            if (random.nextBoolean()) {
                long frame = random.nextInt(1000);
                assertThat(table.map(page, frame)).isEqualTo(orNone(expected.put(page, frame)));
            } else {
                assertThat(table.unmap(page)).isEqualTo(orNone(expected.remove(page)));
            }
            long other = pages[random.nextInt(pages.length)];
            assertThat(table.resolve(other)).isEqualTo(orNone(expected.get(other)));
        }
        assertThat(table.isEmpty()).isFalse();
        expected.keySet().forEach(table::unmap);
        assertThat(table.isEmpty()).isTrue();
    }

    private static long orNone(Long frame) {
        return frame == null ? RadixPageTable.NONE : frame;
    }

    @Test
    void theLastPageIsOneOfAll() {
        long last = (1L << 36) - 1;
        assertThat(table.map(last, 0)).isEqualTo(RadixPageTable.NONE);
        assertThat(table.resolve(last)).isZero();
        assertThat(table.resolve(0)).isEqualTo(RadixPageTable.NONE);
        assertThat(table.unmap(last)).isZero();
        assertThat(table.isEmpty()).isTrue();
    }
}
