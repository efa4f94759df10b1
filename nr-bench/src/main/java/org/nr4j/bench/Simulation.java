package org.nr4j.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures ways of sharing a structure on the simulated NUMA machine. {@code nr-bench/numa/simulate} starts it once for
 * each way, or once for all ways of the self-test. {@code nr-bench/numa/README.md} explains its options, and how far
 * its figures can be trusted.
 *
 * <p>First the program warms up outside the simulation, until the JIT compilers have nothing left to do. Then it
 * measures sections ({@link SimulatedSection}) and prints medians over them.
 */
public final class Simulation {
    private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();
    private static final int WARM_OPERATIONS = 100_000;

    private final SimulatedMachine machine;
    private final Options options;
    private final Optional<SelfTest.Limit> limit;
    private final List<ExecutorService> workers = new ArrayList<>();

    /** The workloads, by way. */
    private final Map<String, SimulatedWorkload> workloads = new LinkedHashMap<>();

    private Simulation(SimulatedMachine machine, String[] args) {
        this.machine = machine;
        this.options = Options.parse(defaults(machine), args);
        String text = options.text("limit");
        this.limit = text.isEmpty() ? Optional.empty() : Optional.of(SelfTest.Limit.parse(text));
        check();
    }

    private static Map<String, String> defaults(SimulatedMachine machine) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("way", "nr");
        defaults.put("writes", "100");
        defaults.put("threads", Options.list(new TreeSet<>(List.of(1, machine.cpusPerNode(), machine.cpus()))));
        defaults.put("structure", "TreeMap");
        defaults.put("entries", "1000");
        defaults.put("replicas", Integer.toString(machine.nodes()));
        defaults.put("settle", "300");
        defaults.put("micros", "200");
        defaults.put("runs", "5");
        defaults.put("discard", "8");
        defaults.put("each", "false");
        defaults.put("limit", "");
        defaults.put("out", "");
        return defaults;
    }

    private void check() {
        writes();
        threads();
        options.number("entries", 1);
        options.number("replicas", 1);
        options.number("settle", 0);
        options.number("micros", 1);
        options.number("runs", 1);
        options.number("discard", 0);
        options.flag("each");
    }

    private List<Integer> writes() {
        return options.numbers("writes", 0, 100);
    }

    private List<Integer> threads() {
        return options.numbers("threads", 1, machine.cpus());
    }

    /**
     * Measures and prints. Exits with 1 if a figure is not within its limits or something fails, and with 2 if an
     * option is wrong.
     */
    public static void main(String[] args) {
        Simulation simulation = Options.orExit(() -> new Simulation(SimulatedMachine.present(), args));
        boolean passed = false;
        try {
            passed = simulation.run();
        } catch (Throwable e) {
            e.printStackTrace();
        }
        System.exit(passed ? 0 : 1); // the workers would go on waiting for work
    }

    /** Returns whether all figures are within their limits. */
    private boolean run() throws InterruptedException, ExecutionException {
        String environment = environment().toJson(); // outside the simulation, where it takes no time
        for (int cpu = 0; cpu < machine.cpus(); cpu++) {
            workers.add(Executors.newSingleThreadExecutor(machine.topology().threadFactory(machine.nodeOf(cpu))));
        }
        Workload.Size size = new Workload.Size(options.number("entries", 1), options.number("replicas", 1));
        for (String way : options.texts("way")) {
            workloads.put(way, SimulatedWorkload.of(way, options.text("structure"), size, machine));
        }
        warm();
        machine.startCounting();
        boolean passed = true;
        for (String way : workloads.keySet()) {
            for (int writes : writes()) {
                for (int threads : threads()) {
                    SimulationResult result =
                            new SimulationResult(subject(way, writes, threads), machine, measure(way, writes, threads));
                    passed &= report(result, environment);
                }
            }
        }
        return passed;
    }

    /** Returns the environment of this JVM, on the simulated machine instead of the real one. */
    private Environment environment() {
        Map<String, Object> facts = new LinkedHashMap<>(Environment.detect().facts());
        facts.put("nodes", machine.nodes());
        facts.put("topology", machine.topology().toString());
        facts.put("machine", System.getProperty("nr4j.simulation.machine", ""));
        return new Environment(facts);
    }

    private ResultLine.Subject subject(String way, int writes, int threads) {
        return new ResultLine.Subject(
                "simulated",
                options.text("structure"),
                way,
                writes,
                threads,
                options.number("replicas", 1),
                options.number("entries", 1));
    }

    /** Prints a result. Returns whether it is within its limits. */
    private boolean report(SimulationResult result, String environment) {
        System.out.println(result.text());
        if (!options.text("out").isEmpty()) {
            result.append(Path.of(options.text("out")), environment);
        }
        boolean passed = SelfTest.holds(result);
        return (limit.isEmpty() || SelfTest.isWithin(result, limit.get())) && passed;
    }

    /**
     * Warms up with each way and share of writes: with one thread, with two threads of different nodes, then with all
     * threads, until the compilers are idle.
     */
    private void warm() throws InterruptedException, ExecutionException {
        int second = machine.cpusPerNode();
        warm(workers.subList(0, 1), 1);
        warm(workers.subList(second - 1, Math.min(second + 1, machine.cpus())), 1);
        machine.rehearse();
        for (int round = 0; round < 3; round++) {
            warm(workers, 10);
            awaitCompilers();
        }
    }

    private void warm(List<ExecutorService> some, int divisor) throws InterruptedException, ExecutionException {
        for (Map.Entry<String, SimulatedWorkload> each : workloads.entrySet()) {
            int operations = (each.getKey().equals("park") ? 2000 : WARM_OPERATIONS) / divisor;
            for (int writes : writes()) {
                warm(each.getValue(), writes, some, operations);
            }
        }
    }

    private static void warm(SimulatedWorkload workload, int writes, List<ExecutorService> workers, int operations)
            throws InterruptedException, ExecutionException {
        List<Future<?>> all = new ArrayList<>();
        for (int worker = 0; worker < workers.size(); worker++) {
            SimulatedSection.Operation operation = workload.operation(worker, writes);
            Rolls rolls = new Rolls(worker);
            all.add(workers.get(worker).submit(() -> {
                for (long done = 0; done < operations; ) {
                    done += SimulatedSection.repeat(operation, rolls, System.nanoTime() + 1_000_000);
                }
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
    }

    private static void awaitCompilers() throws InterruptedException {
        long before;
        do {
            before = COMPILERS.getTotalCompilationTime();
            Thread.sleep(1000);
        } while (COMPILERS.getTotalCompilationTime() != before);
    }

    /**
     * Runs sections until enough of them count. The first sections do not count, because they run code that the warm-up
     * did not reach. A section in which something was compiled does not count either: its caller waits for the compiler
     * while the others run on alone. After {@code discard + 2 * runs} sections, such a section counts all the same, so
     * that the measurement ends.
     */
    private List<SimulatedSection.Outcome> measure(String way, int writes, int threads)
            throws InterruptedException, ExecutionException {
        SimulatedWorkload workload = workloads.get(way);
        int runs = options.number("runs", 1);
        int discarded = options.number("discard", 0);
        List<SimulatedSection.Outcome> outcomes = new ArrayList<>();
        for (int run = 0; outcomes.size() < runs; run++) {
            System.gc(); // so that no collection is likely in the section
            workload.settle();
            SimulatedSection section = new SimulatedSection(
                    machine,
                    workers.subList(0, threads),
                    options.number("settle", 0) * 1000L,
                    options.number("micros", 1) * 1000L);
            long compiled = COMPILERS.getTotalCompilationTime();
            SimulatedSection.Outcome outcome = section.run(cpu -> workload.operation(cpu, writes));
            boolean steady = COMPILERS.getTotalCompilationTime() == compiled;
            boolean counts = run >= discarded && (steady || run >= discarded + 2 * runs);
            if (counts) {
                outcomes.add(outcome);
            }
            if (options.flag("each")) {
                System.out.println(
                        SimulationResult.text(outcome) + (counts ? "" : " not counted") + (steady ? "" : " compiled"));
            }
        }
        return outcomes;
    }
}
