package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.nr4j.topology.Placement.Outcome.PINNED;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Binds real threads of this machine and asks the kernel for the result. Each of the first two cpus counts as a node of
 * its own. Needs Linux and two cpus.
 */
class PinningTest {
    private static final Path OWN_STATUS = Path.of("/proc/self/status");
    private static final Path STATUS = Path.of("/proc/thread-self/status");
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path directory;

    private int first;
    private int second;
    private RecordedMachine machine;
    private NumaTopology topology;

    @BeforeEach
    void twoCpus() {
        assumeTrue(Files.isReadable(STATUS), "no /proc/thread-self: not Linux");
        BitSet mine = Sysfs.allowedCpus(OWN_STATUS);
        first = mine.nextSetBit(0);
        second = mine.nextSetBit(first + 1);
        assumeTrue(second > 0, "one cpu only");
        machine = RecordedMachine.ofNodes(directory, first + "", second + "");
        topology = machine.topology();
    }

    @Test
    void newThread_ofANode_runsOnItsCpusOnly() throws InterruptedException {
        for (int node : new int[] {0, 1, 1, 0}) {
            String cpus = inNewThread(topology, node, PlacementProbe::ownCpus);
            assertThat(cpus).isEqualTo("" + (node == 0 ? first : second));
        }
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
    }

    @Test
    void newThread_startedByAPlacedThread_isPlacedOnItsOwnNode() throws InterruptedException {
        String cpus = inNewThread(topology, 0, () -> {
            try {
                return inNewThread(topology, 1, PlacementProbe::ownCpus);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(cpus).isEqualTo("" + second);
    }

    @Test
    void runOn_bindsTheCallerAndGivesItsCpusBack() {
        String before = PlacementProbe.ownCpus();
        for (int node : new int[] {0, 1}) {
            // What the thread remembers of this cpu does not count on the next one.
            assertThat(topology.currentNode()).isBetween(0, 1);
            String during = topology.runOn(node, () -> PlacementProbe.ownCpus() + " node " + topology.currentNode());
            assertThat(during).isEqualTo((node == 0 ? first : second) + " node " + node);
            assertThat(PlacementProbe.ownCpus()).isEqualTo(before);
        }
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
    }

    @Test
    void currentNode_threadBoundByOthers_followsItsCpu() throws InterruptedException {
        // Not a thread of the factory: what it may run on is all that is known, as under taskset or numactl.
        inPlainThread(() -> {
            Pinning pinning = new Pinning();
            pinning.set(setOf(second));
            assertThat(topology.currentNode()).isEqualTo(1);
            pinning.set(setOf(first));
            int calls = 0;
            while (topology.currentNode() == 1) {
                calls++;
            }
            assertThat(calls).isLessThan(ThreadCpu.CALLS_PER_READ);
            for (int i = 0; i < 2 * ThreadCpu.CALLS_PER_READ; i++) {
                assertThat(topology.currentNode()).isZero();
            }
        });
    }

    @Test
    void currentNode_threadOfAnEqualTopology_followsItsCpu() throws InterruptedException {
        NumaTopology again = machine.topology();
        assertThat(inNewThread(topology, 1, () -> "" + again.currentNode())).isEqualTo("1");
        assertThat(inNewThread(topology, 0, () -> "" + again.currentNode())).isEqualTo("0");
    }

    @Test
    void bind_virtualThread_isRefused() throws ReflectiveOperationException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need JDK 21");
        AtomicReference<String> during = new AtomicReference<>();
        Runnable task = () -> during.set(topology.runOn(1, PlacementProbe::ownCpus));
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        thread.join();
        assertThat(during.get()).isEqualTo(CpuList.format(Sysfs.allowedCpus(OWN_STATUS)));
        assertThat(topology.placement().outcome()).isEqualTo(Placement.Outcome.NOT_TRIED);
    }

    @Test
    void probe_underTaskset_neverLeavesTheGivenCpu() throws IOException, InterruptedException {
        assumeTrue(hasTaskset(), "no taskset");
        List<String> printed = PlacementProbe.fork(
                List.of("taskset", "-c", "" + first),
                List.of(),
                CLASS_PATH,
                "place",
                machine.sysfs().toString(),
                first + "," + second);
        assertThat(printed)
                .contains("thread.0=" + first + " node 0", "runOn.0=" + first + " node 0", "main=" + first)
                // The thread is ours, hence of node 1; the task is run by main, which stayed where it was.
                .contains("thread.1=" + first + " node 1", "runOn.1=" + first + " node 0")
                .contains("placement=NOT_PERMITTED: node 1 (cpus " + second + ") has none of this process's cpus "
                        + first);
    }

    @Test
    void probe_underTaskset_detectsTheGivenCpuOnly() throws IOException, InterruptedException {
        assumeTrue(hasTaskset(), "no taskset");
        List<String> printed =
                PlacementProbe.fork(List.of("taskset", "-c", "" + second), List.of(), CLASS_PATH, "detect");
        assertThat(printed).anyMatch(line -> line.matches("topology=1 node: node \\d+ \\(cpus " + second + "[,)].*"));
        assertThat(printed).contains("currentNode=0", "main=" + second);
    }

    @Test
    void probe_twoNodes_logsOneLine() throws IOException, InterruptedException {
        List<String> printed = PlacementProbe.fork(
                List.of(), List.of(), CLASS_PATH, "place", machine.sysfs().toString(), first + "," + second);
        assertThat(printed)
                .contains("thread.0=" + first + " node 0", "thread.1=" + second + " node 1")
                .contains("placement=PINNED: each placed thread runs on the cpus of its node only");
        assertThat(printed.stream().filter(line -> line.contains("Thread placement on")))
                .containsExactly("INFO: Thread placement on 2 nodes: node 0 (cpus " + first + "), node 1 (cpus "
                        + second + "): PINNED: each placed thread runs on the cpus of its node only");
    }

    @Test
    void probe_oneNode_loadsNothingNative() throws IOException, InterruptedException {
        Path sysfs = RecordedMachine.ofNodes(directory, first + "," + second)
                .without("sys/node/node1")
                .sysfs();
        assertNothingNative("place", sysfs.toString(), first + "," + second);
    }

    @Test
    void probe_noThreadPlaced_loadsNothingNative() throws IOException, InterruptedException {
        assertNothingNative("look", machine.sysfs().toString(), first + "," + second);
    }

    /** A user that does not ask for the optional libraries: everything works, and one line says what pinning needs. */
    @ParameterizedTest
    @CsvSource({
        "affinity|jna|slf4j-.*, net.openhft.affinity.Affinity",
        "affinity|jna,          net.openhft.affinity.Affinity",
        "affinity,              net.openhft.affinity.Affinity",
        "slf4j-.*,              org.slf4j.LoggerFactory"
    })
    void probe_optionalLibraryMissing_goesOnUnplacedAndSaysWhatIsMissing(String libraries, String missing)
            throws IOException, InterruptedException {
        String without = classPathWithout(libraries);
        assertUnsupported(List.of(), without);
        List<String> printed = PlacementProbe.fork(
                List.of(), List.of(), without, "replicate", machine.sysfs().toString(), first + "," + second);
        String clearLine = "UNSUPPORTED: net.openhft:affinity and its dependencies must be on the class path or module"
                + " path to place threads: missing=" + missing
                + "; add them, and on the module path --add-modules affinity,org.slf4j";
        assertThat(printed).contains("real=3 " + clearLine);
        assertThat(printed).anyMatch(line -> line.startsWith("simulated=3 NOT_NEEDED: "));
        assertThat(printed)
                .filteredOn(line -> line.contains("Thread placement on"))
                .singleElement()
                .asString()
                .startsWith("WARNING: ")
                .endsWith(clearLine);
    }

    @Test
    void probe_jnaMissing_goesOnUnplaced() throws IOException, InterruptedException {
        assertUnsupported(List.of(), classPathWithout("jna"));
    }

    private static String classPathWithout(String libraries) {
        Pattern jar = Pattern.compile("(" + libraries + ")-\\d.*\\.jar");
        return Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                .filter(entry ->
                        !jar.matcher(Path.of(entry).getFileName().toString()).matches())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void probe_nativeCodeForbidden_goesOnUnplaced() throws IOException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 24, "--illegal-native-access needs JDK 24");
        assertUnsupported(List.of("--illegal-native-access=deny"), CLASS_PATH);
    }

    @Test
    void probe_nativeCodeCannotBeUnpacked_goesOnUnplaced() throws IOException, InterruptedException {
        // JNA copies its library there first.
        assertUnsupported(List.of("-Djna.tmpdir=/proc", "-Djna.nosys=true"), CLASS_PATH);
    }

    private void assertUnsupported(List<String> jvmOptions, String classPath) throws IOException, InterruptedException {
        String all = CpuList.format(Sysfs.allowedCpus(OWN_STATUS));
        List<String> printed = PlacementProbe.fork(
                List.of(), jvmOptions, classPath, "place", machine.sysfs().toString(), first + "," + second);
        assertThat(printed).contains("thread.0=" + all + " node 0", "thread.1=" + all + " node 1", "main=" + all);
        assertThat(printed).anyMatch(line -> line.startsWith("placement=UNSUPPORTED: "));
        assertThat(printed)
                .filteredOn(line -> line.contains("Thread placement on"))
                .hasSize(1);
    }

    private void assertNothingNative(String... args) throws IOException, InterruptedException {
        Path log = directory.resolve("classes.log");
        PlacementProbe.fork(List.of(), List.of("-Xlog:class+load=info:file=" + log), CLASS_PATH, args);
        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).anyMatch(line -> line.contains("org.nr4j.topology.NumaTopology "));
        assertThat(loaded)
                .noneMatch(line ->
                        line.contains("net.openhft.") || line.contains("com.sun.jna.") || line.contains("org.slf4j."));
    }

    private static boolean hasTaskset() throws InterruptedException {
        try {
            return new ProcessBuilder("taskset", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static BitSet setOf(int cpu) {
        BitSet set = new BitSet();
        set.set(cpu);
        return set;
    }

    /** What the task returns in a thread placed on the node. */
    private static String inNewThread(NumaTopology topology, int node, Supplier<String> task)
            throws InterruptedException {
        AtomicReference<String> result = new AtomicReference<>();
        Thread thread = topology.threadFactory(node).newThread(() -> result.set(task.get()));
        thread.start();
        thread.join();
        return result.get();
    }

    private static void inPlainThread(Runnable task) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        Thread thread = new Thread(task);
        thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
        thread.start();
        thread.join();
        assertThat(failures).isEmpty();
    }
}
