package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadCpuTest {
    /** The fields after the name, as a kernel prints them; the processor is 13. */
    private static final String FIELDS = " S 6790 6790 2046 0 -1 4194304 101 0 0 0 5 7 0 0 20 0 31 0 145688 3133440 360"
            + " 18446744073709551615 94086315032576 94086315052457 140720498758320 0 0 0 0 0 0 0 0 0 17 13 0 0 0 0 0"
            + " 94086315068464 94086315070080 94086575239168 140720498764300 140720498764327 140720498764327 0 0\n";

    @ParameterizedTest
    @ValueSource(strings = {"java", "a b", "x) S 1 2 3", "((", ")", ") ) 9", "", "\n", "pool-1-thread-1"})
    void processor_anyThreadName_isThe39thField(String name) {
        assertThat(processor("6796 (" + name + ")" + FIELDS)).isEqualTo(13);
    }

    @Test
    void processor_lastFieldOfTheLine_isFound() {
        String upToProcessor = FIELDS.substring(0, FIELDS.indexOf(" 13 ") + 3);
        assertThat(processor("1 (java)" + upToProcessor)).isEqualTo(13);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 (java", "1 (java)", "1 (java) S 1 2 3\n", "no numbers at all"})
    void processor_anythingElse_isRefused(String line) {
        assertThatThrownBy(() -> processor(line)).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void processor_notANumber_isRefused() {
        assertThatThrownBy(() -> processor("1 (java)" + FIELDS.replace(" 13 ", " x ")))
                .isInstanceOf(NumberFormatException.class);
    }

    @Test
    void current_onLinux_isACpuOfThisProcess() {
        assumeTrue(Files.isReadable(Path.of("/proc/thread-self/stat")), "no /proc/thread-self");
        BitSet mine = Sysfs.allowedCpus(Path.of("/proc/self/status"));
        for (int i = 0; i < 3 * ThreadCpu.CALLS_PER_READ; i++) {
            assertThat(mine.get(ThreadCpu.current())).isTrue();
        }
    }

    @Test
    void current_interruptedThread_isFound() {
        assumeTrue(Files.isReadable(Path.of("/proc/thread-self/stat")), "no /proc/thread-self");
        ThreadCpu.forget();
        Thread.currentThread().interrupt();
        try {
            assertThat(ThreadCpu.current()).isNotEqualTo(ThreadCpu.UNKNOWN);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static int processor(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        return ThreadCpu.processor(bytes, bytes.length);
    }
}
