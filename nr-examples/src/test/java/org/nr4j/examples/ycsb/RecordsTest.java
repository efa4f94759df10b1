package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecordsTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void key_first_asInYcsb() {
        assertThat(Records.key(0)).asString().isEqualTo("user6284781860667377211");
        assertThat(Records.show(Records.key(1))).isEqualTo("user8517097267634966620");
    }

    @Test
    void next_tenFieldsOfHundredBytesAndEachTimeOthers() {
        assertThat(Records.next(random)).hasSize(1_000).isNotEqualTo(Records.next(random));
        assertThat(Records.nextField(random)).hasSize(100).isNotEqualTo(Records.nextField(random));
    }

    @Test
    void with_oneField_theOthersAndTheOriginalStay() {
        byte[] record = Records.next(random);
        byte[] original = record.clone();
        byte[] field = Records.nextField(random);

        byte[] changed = Records.with(record, 9, field);

        assertThat(record).isEqualTo(original);
        assertThat(Arrays.copyOfRange(changed, 0, 900)).isEqualTo(Arrays.copyOfRange(original, 0, 900));
        assertThat(Arrays.copyOfRange(changed, 900, 1_000)).isEqualTo(field);
    }

    @Test
    void readFields_touchesEachField() {
        byte[] record = new byte[1_000];
        for (int field = 0; field < 10; field++) {
            record[100 * field] = (byte) (1 + field);
        }
        assertThat(Records.readFields(record)).isEqualTo(55);
    }
}
