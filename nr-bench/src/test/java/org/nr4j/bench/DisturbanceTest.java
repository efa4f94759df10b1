package org.nr4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.topology.NumaTopology;

class DisturbanceTest {
    private static final NumaTopology TWO_CPUS = NumaTopology.simulated(1, 2);

    @TempDir
    Path directory;

    @Test
    void countsTheTicksOfTheCpusThatWereNotIdle() throws IOException {
        Disturbance disturbance = new Disturbance(TWO_CPUS, write("""
                        cpu  999 999 999 999 999 999 999 999 0 0
                        cpu0 100 20 3 5000 6000 40 5 600 70 80
                        cpu1 1 0 0 5000 6000 0 0 0 0 0
                        cpu10 999 999 999 999 999 999 999 999 0 0
                        intr 5
                        """));

        assertThat(disturbance.busySeconds()).isCloseTo(7.69, within(1e-9));
    }

    @Test
    void othersHaveWhatThisProcessHasNot() throws Exception {
        Disturbance disturbance = new Disturbance(TWO_CPUS, write("cpu0 0 0 0 0\ncpu1 0 0 0 0\n"));
        disturbance.begin();
        long before = System.nanoTime();
        write("cpu0 1000 0 0 0\ncpu1 0 0 2000 0\n"); // 30 s
        Thread.sleep(1000);

        double cpus = disturbance.cpusOfOthers();

        double seconds = (System.nanoTime() - before) / 1e9;
        assertThat(cpus * seconds).isBetween(20.0, 30.1); // less what this process took
    }

    @Test
    void isUnknownWhereTheSystemDoesNotTell() throws IOException {
        Disturbance noFile = new Disturbance(TWO_CPUS, directory.resolve("missing"));
        noFile.begin();
        Disturbance noCpus = new Disturbance(TWO_CPUS, write("intr 5\n"));
        noCpus.begin();

        assertThat(noFile.cpusOfOthers()).isNaN();
        assertThat(noCpus.cpusOfOthers()).isNaN();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("stat"), text);
    }
}
