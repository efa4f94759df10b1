package org.nr4j.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nr4j.topology.Placement.Outcome.NOT_NEEDED;
import static org.nr4j.topology.Placement.Outcome.NOT_PERMITTED;
import static org.nr4j.topology.Placement.Outcome.NOT_TRIED;
import static org.nr4j.topology.Placement.Outcome.PINNED;
import static org.nr4j.topology.Placement.Outcome.UNSUPPORTED;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests binding of threads, with a kernel that does what it is asked, or does not. There are two nodes, with cpus 0-3
 * and 4-7.
 */
class PlacerTest {
    private static final Supplier<BitSet> ALL = () -> CpuList.parse("0-7", "process");

    private final List<String> log = new ArrayList<>();
    private final Logger logger = Logger.getLogger("org.nr4j.topology");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            synchronized (log) {
                log.add(entry.getLevel() + " " + entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path directory;

    private NumaTopology machine;

    @BeforeEach
    void setUp() {
        // A machine of its own for each test, since the same line is logged once a process.
        long megabytes = 1 + COUNTER.incrementAndGet();
        machine = RecordedMachine.ofNodes(directory, "0-3", "4-7")
                .with("sys/node/node0/meminfo", "Node 0 MemTotal: " + megabytes * 1024 + " kB\n")
                .topology();
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    private static final AtomicInteger COUNTER = new AtomicInteger();

    @AfterEach
    void tearDown() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void newThread_kernelDoesAsTold_isPinnedBeforeItsTask() throws InterruptedException {
        FakeBinding kernel = FakeBinding.of("0-7");
        NumaTopology topology = machine.withPlacer(() -> kernel, ALL);
        assertThat(topology.placement().outcome()).isEqualTo(NOT_TRIED);
        assertThat(log).isEmpty();

        List<BitSet> during = new ArrayList<>();
        run(topology.threadFactory(1).newThread(() -> during.add(kernel.get())));

        assertThat(during).containsExactly(CpuList.parse("4-7", "expected"));
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
        assertThat(log).hasSize(1);
        assertThat(log.get(0))
                .startsWith("INFO Thread placement on 2 nodes: node 0 (cpus 0-3")
                .contains("PINNED");
    }

    @Test
    void newThread_processHasSomeOfTheCpus_staysAmongThem() throws InterruptedException {
        FakeBinding kernel = FakeBinding.of("1-5");
        NumaTopology topology = machine.withPlacer(() -> kernel, () -> CpuList.parse("1-5", "process"));
        run(topology.threadFactory(0).newThread(() -> {}));
        assertThat(kernel.asked).containsExactly(CpuList.parse("1-3", "expected"));
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
    }

    @Test
    void newThread_processHasNoneOfTheCpus_isNotPermittedAndNotTried() throws InterruptedException {
        FakeBinding kernel = FakeBinding.of("0-3");
        NumaTopology topology = machine.withPlacer(() -> kernel, () -> CpuList.parse("0-3", "process"));
        assertThat(ran(topology, 1)).isTrue();
        assertThat(kernel.asked).isEmpty();
        assertThat(topology.placement().outcome()).isEqualTo(NOT_PERMITTED);
        assertThat(topology.placement().reason()).isEqualTo("node 1 (cpus 4-7) has none of this process's cpus 0-3");
        assertThat(log).hasSize(1);
        assertThat(log.get(0)).startsWith("WARNING ").contains("NOT_PERMITTED");
    }

    @Test
    void newThread_kernelGivesPart_isPinned() throws InterruptedException {
        // The cpu set became smaller after the process looked.
        FakeBinding[] kernel = new FakeBinding[1];
        kernel[0] = FakeBinding.of("0-7", cpus -> {
            kernel[0].current.clear();
            kernel[0].current.set(5);
        });
        NumaTopology topology = machine.withPlacer(() -> kernel[0], ALL);
        assertThat(ran(topology, 1)).isTrue();
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
    }

    @Test
    void newThread_kernelIgnoresIt_isNotPermitted() throws InterruptedException {
        FakeBinding kernel = FakeBinding.of("0-7", cpus -> {});
        NumaTopology topology = machine.withPlacer(() -> kernel, ALL);
        assertThat(ran(topology, 0)).isTrue();
        assertThat(topology.placement().outcome()).isEqualTo(NOT_PERMITTED);
        assertThat(topology.placement().reason()).contains("still runs on cpus 0-7 after it was bound to 0-3");
    }

    @Test
    void newThread_noNativeAffinity_isUnsupported() throws InterruptedException {
        // As the library behaves where it finds no native code: nothing is known, nothing is done.
        NumaTopology topology = machine.withPlacer(() -> FakeBinding.of("", cpus -> {}), ALL);
        assertThat(ran(topology, 0)).isTrue();
        assertThat(topology.placement().outcome()).isEqualTo(UNSUPPORTED);
        assertThat(topology.placement().reason()).contains("native affinity is not available");
    }

    static List<Throwable> failures() {
        return List.of(
                new NoClassDefFoundError("net/openhft/affinity/Affinity"),
                new UnsatisfiedLinkError("jnidispatch"),
                new ExceptionInInitializerError(new IOException("no space left")),
                new ArrayIndexOutOfBoundsException("Index 16 out of bounds for length 16"),
                new UnsupportedOperationException(),
                new StackOverflowError(),
                new OutOfMemoryError("test"),
                new AssertionError());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void newThread_bindingThrows_runsUnplacedAndSaysUnsupported(Throwable failure) throws InterruptedException {
        NumaTopology topology = machine.withPlacer(() -> FakeBinding.of("0-7", cpus -> sneakyThrow(failure)), ALL);
        assertThat(ran(topology, 1)).isTrue();
        assertThat(topology.placement()).isEqualTo(new Placement(UNSUPPORTED, "node 1 (cpus 4-7): " + failure));
    }

    @Test
    void newThread_bindingCannotBeMade_runsUnplaced() throws InterruptedException {
        NumaTopology topology = machine.withPlacer(
                () -> {
                    throw new NoClassDefFoundError("net/openhft/affinity/Affinity");
                },
                ALL);
        assertThat(ran(topology, 1)).isTrue();
        assertThat(topology.placement().outcome()).isEqualTo(UNSUPPORTED);
    }

    @Test
    void newThread_systemCallFails_isNotPermitted() throws InterruptedException {
        IllegalStateException failure = new IllegalStateException("sched_setaffinity failed; errno=1");
        NumaTopology topology = machine.withPlacer(() -> FakeBinding.of("0-7", cpus -> sneakyThrow(failure)), ALL);
        assertThat(ran(topology, 1)).isTrue();
        assertThat(topology.placement())
                .isEqualTo(new Placement(NOT_PERMITTED, "node 1 (cpus 4-7): sched_setaffinity failed; errno=1"));
    }

    @Test
    void newThread_processCpusUnknown_runsUnplaced() throws InterruptedException {
        FakeBinding kernel = FakeBinding.of("0-7");
        NumaTopology topology = machine.withPlacer(() -> kernel, () -> {
            throw new UncheckedIOException(new IOException("no /proc"));
        });
        assertThat(ran(topology, 1)).isTrue();
        assertThat(kernel.asked).isEmpty();
        assertThat(topology.placement().outcome()).isEqualTo(UNSUPPORTED);
    }

    @Test
    void placement_oneOfManyFails_tellsTheFailureAndLogsTheFirstOnly() throws InterruptedException {
        AtomicBoolean fails = new AtomicBoolean();
        NumaTopology topology = machine.withPlacer(
                () -> {
                    FakeBinding[] kernel = new FakeBinding[1];
                    kernel[0] = FakeBinding.of("0-7", cpus -> {
                        if (fails.get()) {
                            throw new IllegalStateException("errno=22");
                        }
                        kernel[0].current.and(cpus);
                    });
                    return kernel[0];
                },
                ALL);
        ran(topology, 0);
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
        fails.set(true);
        ran(topology, 1);
        assertThat(topology.placement()).isEqualTo(new Placement(NOT_PERMITTED, "node 1 (cpus 4-7): errno=22"));
        fails.set(false);
        ran(topology, 0);
        assertThat(topology.placement().outcome()).isEqualTo(NOT_PERMITTED);
        assertThat(log).hasSize(1);
    }

    @Test
    void log_sameMachineFoundAgain_saysItOnce() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            ran(machine.withPlacer(() -> FakeBinding.of("0-7"), ALL), 0);
        }
        assertThat(log).hasSize(1);
    }

    @Test
    void log_manyThreadsAtOnce_saysItOnce() throws InterruptedException {
        NumaTopology topology = machine.withPlacer(() -> FakeBinding.of("0-7"), ALL);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(topology.threadFactory().newThread(() -> {}));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
        assertThat(log).hasSize(1);
    }

    @Test
    void log_handlerThrows_threadRunsAllTheSame() throws InterruptedException {
        Handler broken = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                throw new AssertionError("broken handler");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(broken);
        try {
            NumaTopology topology = machine.withPlacer(() -> FakeBinding.of("0-7"), ALL);
            assertThat(ran(topology, 0)).isTrue();
            assertThat(topology.placement().outcome()).isEqualTo(PINNED);
        } finally {
            logger.removeHandler(broken);
        }
    }

    @Test
    void simulated_neverTouchesABindingAndNeverLogs() throws InterruptedException {
        NumaTopology topology = NumaTopology.simulated(4, 2);
        assertThat(ran(topology, 3)).isTrue();
        topology.runOn(2, () -> "");
        assertThat(topology.placement().outcome()).isEqualTo(NOT_NEEDED);
        assertThat(log).isEmpty();
    }

    @Test
    void runOn_kernelDoesAsTold_bindsTheCallerAndGivesItsCpusBack() {
        FakeBinding kernel = FakeBinding.of("0-6");
        NumaTopology topology = machine.withPlacer(() -> kernel, ALL);
        Thread caller = Thread.currentThread();

        String result = topology.runOn(1, () -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThat(kernel.current).isEqualTo(CpuList.parse("4-7", "expected"));
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(kernel.current).isEqualTo(CpuList.parse("0-6", "expected"));
        assertThat(topology.placement().outcome()).isEqualTo(PINNED);
    }

    @Test
    void runOn_nested_givesBackInOrder() {
        FakeBinding kernel = FakeBinding.of("0-7");
        NumaTopology topology = machine.withPlacer(() -> kernel, ALL);
        topology.runOn(0, () -> {
            topology.runOn(1, () -> "");
            assertThat(kernel.current).isEqualTo(CpuList.parse("0-3", "expected"));
            return "";
        });
        assertThat(kernel.current).isEqualTo(CpuList.parse("0-7", "expected"));
    }

    @Test
    void runOn_taskThrows_callerGetsThatVeryThrowableAndItsCpusBack() {
        FakeBinding kernel = FakeBinding.of("0-7");
        NumaTopology topology = machine.withPlacer(() -> kernel, ALL);
        for (Throwable failure :
                List.of(new IllegalArgumentException("mine"), new IOException("checked"), new Error("e"))) {
            assertThatThrownBy(() -> topology.runOn(1, () -> sneakyThrow(failure)))
                    .isSameAs(failure);
            assertThat(kernel.current).isEqualTo(CpuList.parse("0-7", "expected"));
        }
    }

    @Test
    void runOn_bindingFails_runsTheTask() {
        NumaTopology topology =
                machine.withPlacer(() -> FakeBinding.of("0-7", cpus -> sneakyThrow(new UnsatisfiedLinkError())), ALL);
        assertThat(topology.<String>runOn(0, () -> "done")).isEqualTo("done");
        assertThat(topology.placement().outcome()).isEqualTo(UNSUPPORTED);
    }

    @Test
    void runOn_outcomeCannotBeChecked_givesTheCpusBackFirst() {
        AtomicInteger reads = new AtomicInteger();
        FakeBinding kernel = FakeBinding.of("0-7");
        CpuBinding blind = new CpuBinding() {
            @Override
            public BitSet get() {
                if (reads.incrementAndGet() > 1) {
                    throw new OutOfMemoryError("test");
                }
                return kernel.get();
            }

            @Override
            public void set(BitSet cpus) {
                kernel.set(cpus);
            }
        };
        NumaTopology topology = machine.withPlacer(() -> blind, ALL);
        assertThat(topology.<String>runOn(1, () -> "on " + CpuList.format(kernel.current)))
                .isEqualTo("on 0-7");
        assertThat(topology.placement().outcome()).isEqualTo(UNSUPPORTED);
    }

    @Test
    void runOn_cpusCannotBeGivenBack_returnsAndSaysSo() {
        FakeBinding[] kernel = new FakeBinding[1];
        kernel[0] = FakeBinding.of("0-7", cpus -> {
            if (cpus.cardinality() == 8) {
                throw new IllegalStateException("errno=22");
            }
            kernel[0].current.and(cpus);
        });
        NumaTopology topology = machine.withPlacer(() -> kernel[0], ALL);
        assertThat(topology.<String>runOn(0, () -> "done")).isEqualTo("done");
        assertThat(topology.placement().outcome()).isEqualTo(NOT_PERMITTED);
        assertThat(topology.placement().reason()).startsWith("a thread did not get back its cpus 0-7: ");
    }

    @Test
    void runOn_interruptedCaller_runsAndStaysInterrupted() {
        NumaTopology topology = machine.withPlacer(() -> FakeBinding.of("0-7"), ALL);
        Thread.currentThread().interrupt();
        try {
            assertThat(topology.<Boolean>runOn(0, () -> Thread.currentThread().isInterrupted()))
                    .isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Whether a thread made for the node runs its task. */
    private static boolean ran(NumaTopology topology, int nodeIndex) throws InterruptedException {
        AtomicBoolean ran = new AtomicBoolean();
        run(topology.threadFactory(nodeIndex).newThread(() -> ran.set(true)));
        return ran.get();
    }

    private static void run(Thread thread) throws InterruptedException {
        thread.start();
        thread.join();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable, T> T sneakyThrow(Throwable failure) throws E {
        throw (E) failure;
    }
}
