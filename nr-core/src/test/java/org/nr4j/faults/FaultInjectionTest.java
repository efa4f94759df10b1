package org.nr4j.faults;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Throws an error of the virtual machine before each call and each allocation of this library, one after the other. No
 * thread hangs. No write is lost, repeated or moved, and every caller gets its own answer.
 */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FaultInjectionTest {
    @ParameterizedTest
    @CsvSource({
        "1, false, false", "1, false, true", "1, true, false", "1, true, true",
        "2, false, false", "2, false, true", "2, true, false", "2, true, true"
    })
    void error_atAnyPointOfAnOperation_strandsNobodyAndLosesNothing(int replicas, boolean followed, boolean sticky)
            throws Exception {
        run("org.nr4j.faults.FaultScenario", replicas, followed, sticky);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "2, false", "2, true"})
    void error_atAnyPointOfAnOperationOfSeveralLogs_strandsNobodyAndLosesNothing(int replicas, boolean sticky)
            throws Exception {
        run("org.nr4j.faults.SeveralLogsFaultScenario", replicas, /* followed= */ false, sticky);
    }

    private static void run(String scenario, int replicas, boolean followed, boolean sticky) throws Exception {
        Class<?> type = new FaultyClasses().loadClass(scenario);
        ((Faults.Scenario) type.getDeclaredConstructor().newInstance()).run(replicas, followed, sticky);
    }
}
