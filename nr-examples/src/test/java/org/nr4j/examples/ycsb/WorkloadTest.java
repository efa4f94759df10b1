package org.nr4j.examples.ycsb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.examples.ycsb.Workload.Choice;

class WorkloadTest {
    private static final int DRAWS = 1_000_000;

    /** The definitions, as the paper and the property files have them, once more. */
    @ParameterizedTest
    @CsvSource(textBlock = """
        # workload, choice, read, update, insert, scan, read-modify-write
        LOAD, ZIPFIAN,   0,  0, 100,  0,  0
        A,    ZIPFIAN,  50, 50,   0,  0,  0
        B,    ZIPFIAN,  95,  5,   0,  0,  0
        C,    ZIPFIAN, 100,  0,   0,  0,  0
        D,    LATEST,   95,  0,   5,  0,  0
        E,    ZIPFIAN,   0,  0,   5, 95,  0
        F,    ZIPFIAN,  50,  0,   0,  0, 50
        """)
    void nextOperation_manyDraws_mixAsDefined(
            Workload workload, Choice choice, int read, int update, int insert, int scan, int readModifyWrite) {
        Draws draws = Draws.of(
                DRAWS,
                Operation.values().length,
                random -> workload.nextOperation(random).ordinal());

        draws.assertProbability(Operation.READ.ordinal(), read / 100.0);
        draws.assertProbability(Operation.UPDATE.ordinal(), update / 100.0);
        draws.assertProbability(Operation.INSERT.ordinal(), insert / 100.0);
        draws.assertProbability(Operation.SCAN.ordinal(), scan / 100.0);
        draws.assertProbability(Operation.READ_MODIFY_WRITE.ordinal(), readModifyWrite / 100.0);
        assertThat(workload.choice()).isEqualTo(choice);
    }

    @Test
    void nextScanLength_manyDraws_eachFromOneToHundredAsOften() {
        Draws draws = Draws.of(DRAWS, 101, Workload::nextScanLength);

        assertThat(draws.count(0)).isZero();
        for (int length = 1; length <= 100; length++) {
            draws.assertProbability(length, 0.01);
        }
    }

    @Test
    void mostRecords_twiceTheInsertsExpected() {
        assertThat(Workload.A.mostRecords(1_000, 999_999_999)).isEqualTo(1_000);
        assertThat(Workload.D.mostRecords(1_000, 200)).isEqualTo(1_020);
        assertThat(Workload.E.mostRecords(100_000_000, 999_999_999)).isEqualTo(199_999_999);
        assertThat(Workload.LOAD.mostRecords(0, 10)).isEqualTo(20);
    }
}
