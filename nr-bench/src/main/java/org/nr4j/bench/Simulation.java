package org.nr4j.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures one way of sharing a structure on the simulated NUMA machine; {@code nr-bench/numa/simulate} starts it, once for each way. What its options mean, and how far its figures can be trusted, is in {@code nr-bench/numa/README.md}.
 *
 * <p>First the program is warmed up outside the simulation, until the JIT compilers have nothing more to do. Then sections are measured ({@link SimulatedSection}); printed are medians over them.
 */
public final class Simulation {
    private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();
    private static final int WARM_OPERATIONS = 20_000;

    private final SimulatedMachine machine = SimulatedMachine.present();
    private final Map<String, String> options = new TreeMap<>(Map.ofEntries(
            Map.entry("way", "nr"),
            Map.entry("writes", "100"),
            Map.entry("threads", "1,8,32"),
            Map.entry("structure", "TreeMap"),
            Map.entry("entries", "1000"),
            Map.entry("replicas", Integer.toString(machine.nodes())),
            Map.entry("settle", "300"),
            Map.entry("micros", "200"),
            Map.entry("runs", "5"),
            Map.entry("discard", "3"),
            Map.entry("limit", ""),
            Map.entry("out", "")));

    private boolean passed = true;

    private Simulation(String[] args) {
        for (String arg : args) {
            int equals = arg.indexOf('=');
            String name = arg.substring(0, Math.max(0, equals));
            if (!options.containsKey(name)) {
                throw new IllegalArgumentException(
                        "an option must be NAME=VALUE: option=" + arg + "; the names are " + options.keySet());
            }
            options.put(name, arg.substring(equals + 1));
        }
    }

    /** Measures and prints; exits with 1 if a self-test fails. */
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        new Simulation(args).run();
    }

    private void run() throws InterruptedException, ExecutionException {
        String environment = environment().toJson(); // outside the simulation, where it takes no time
        List<ExecutorService> workers = new ArrayList<>();
        for (int cpu = 0; cpu < machine.cpus(); cpu++) {
            workers.add(Executors.newSingleThreadExecutor(machine.topology().threadFactory(machine.nodeOf(cpu))));
        }
        Workload.Size size = new Workload.Size(number("entries"), number("replicas"));
        try (SimulatedWorkload workload =
                SimulatedWorkload.of(options.get("way"), options.get("structure"), size, machine)) {
            warm(workload, workers);
            machine.startCounting();
            for (int writes : numbers("writes")) {
                for (int threads : numbers("threads")) {
                    SimulationResult result = new SimulationResult(
                            subject(writes, threads), machine, measure(workload, writes, workers.subList(0, threads)));
                    report(result, environment);
                }
            }
        }
        workers.forEach(ExecutorService::shutdown);
        if (!passed) {
            System.exit(1);
        }
    }

    /** Of this JVM, on the simulated machine instead of the real one. */
    private Environment environment() {
        Map<String, Object> facts = new LinkedHashMap<>(Environment.detect().facts());
        facts.put("nodes", machine.nodes());
        facts.put("topology", machine.topology().toString());
        facts.put("machine", System.getProperty("nr4j.simulation.machine", ""));
        return new Environment(facts);
    }

    private ResultLine.Subject subject(int writes, int threads) {
        return new ResultLine.Subject(
                "simulated",
                options.get("structure"),
                options.get("way"),
                writes,
                threads,
                number("replicas"),
                number("entries"));
    }

    private void report(SimulationResult result, String environment) {
        System.out.println(result.text());
        if (!options.get("out").isEmpty()) {
            result.append(Path.of(options.get("out")), environment);
        }
        passed &= SimulationTest.holds(result);
        if (!options.get("limit").isEmpty()) {
            passed &= SimulationTest.isWithin(result, options.get("limit"));
        }
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    private int[] numbers(String option) {
        return Arrays.stream(options.get(option).split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    /** One thread, two of different nodes, then all, with each share of writes, until the compilers have had enough. */
    private void warm(SimulatedWorkload workload, List<ExecutorService> workers)
            throws InterruptedException, ExecutionException {
        int operations = options.get("way").equals("park") ? 2000 : WARM_OPERATIONS;
        int second = machine.cpusPerNode();
        for (int writes : numbers("writes")) {
            warm(workload, writes, workers.subList(0, 1), operations);
            warm(workload, writes, workers.subList(second - 1, Math.min(second + 1, machine.cpus())), operations);
        }
        machine.rehearse();
        for (int round = 0; round < 3; round++) {
            for (int writes : numbers("writes")) {
                warm(workload, writes, workers, operations / 10);
            }
            awaitCompilers();
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
     * The first sections are not counted: in them, code runs for the first time that the warm-up did not come to. Nor are those in which something is compiled: who calls it waits for that, and the others run by themselves meanwhile; but that must not go on for ever.
     */
    private List<SimulatedSection.Outcome> measure(
            SimulatedWorkload workload, int writes, List<ExecutorService> workers)
            throws InterruptedException, ExecutionException {
        List<SimulatedSection.Outcome> outcomes = new ArrayList<>();
        int unsteadyAllowed = number("discard") + 2 * number("runs");
        for (int run = 0; outcomes.size() < number("runs"); run++) {
            System.gc(); // none in the section
            workload.settle();
            SimulatedSection section =
                    new SimulatedSection(machine, workers, number("settle") * 1000L, number("micros") * 1000L);
            long compiled = COMPILERS.getTotalCompilationTime();
            SimulatedSection.Outcome outcome = section.run(cpu -> workload.operation(cpu, writes));
            boolean steady = COMPILERS.getTotalCompilationTime() == compiled;
            if (run >= unsteadyAllowed || (run >= number("discard") && steady)) {
                outcomes.add(outcome);
            }
        }
        return outcomes;
    }
}
