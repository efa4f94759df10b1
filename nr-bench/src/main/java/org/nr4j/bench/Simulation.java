package org.nr4j.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * Measures one way of sharing a structure on the simulated NUMA machine; {@code nr-bench/numa/simulate} starts it, once for each way and share of writes. What its options mean, and how far its figures can be trusted, is in {@code nr-bench/numa/README.md}.
 *
 * <p>First the program is warmed up outside the simulation, until the JIT compilers have nothing more to do. Then sections are measured ({@link SimulatedSection}); printed are medians over them.
 */
public final class Simulation {
    private static final int WARM_OPERATIONS = 20_000;
    private static final String[] COUNTS = {
        "near", "far", "l3", "lmem", "rmem", "stream", "atomics", "insns", "pauses", "wait_ns", "futex"
    };

    private final SimulatedMachine machine = SimulatedMachine.present();
    private final Map<String, String> options = new TreeMap<>(Map.of(
            "way", "nr",
            "writes", "100",
            "threads", "1,8,32",
            "structure", "TreeMap",
            "entries", "1000",
            "replicas", Integer.toString(machine.nodes()),
            "settle", "300",
            "micros", "200",
            "runs", "5",
            "discard", "3"));

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
        String way = options.get("way");
        SimulatedWorkload workload = workload(way);
        List<ExecutorService> workers = new ArrayList<>();
        for (int cpu = 0; cpu < machine.cpus(); cpu++) {
            workers.add(Executors.newSingleThreadExecutor(machine.topology().threadFactory(machine.nodeOf(cpu))));
        }
        warm(workload, workers);
        machine.startCounting();
        boolean passed = true;
        for (String threads : options.get("threads").split(",")) {
            List<SimulatedSection.Outcome> outcomes = measure(workload, workers.subList(0, Integer.parseInt(threads)));
            print(way, Integer.parseInt(threads), outcomes);
            passed &= SimulationTest.holds(way, Integer.parseInt(threads), outcomes, machine);
        }
        workers.forEach(ExecutorService::shutdown);
        workload.close().run();
        if (!passed) {
            System.exit(1);
        }
    }

    private SimulatedWorkload workload(String way) {
        SimulatedWorkload.MapOptions map = new SimulatedWorkload.MapOptions(
                options.get("structure"), number("entries"), number("replicas"), number("writes"));
        return switch (way) {
            case "shared" -> SimulatedWorkload.counters(1, cpu -> 0);
            case "padded" -> SimulatedWorkload.counters(machine.cpus(), cpu -> cpu);
            case "node" -> SimulatedWorkload.counters(machine.nodes(), machine::nodeOf);
            case "park" -> SimulatedWorkload.parking();
            default ->
                way.startsWith("cnr")
                        ? SimulatedWorkload.logs(Integer.parseInt(way.substring("cnr".length())), map, machine)
                        : SimulatedWorkload.map(way, map, machine);
        };
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    /** One thread, two of different nodes, then all, until the compilers have had enough. */
    private void warm(SimulatedWorkload workload, List<ExecutorService> workers)
            throws InterruptedException, ExecutionException {
        int operations = options.get("way").equals("park") ? 2000 : WARM_OPERATIONS;
        int second = machine.cpusPerNode();
        warm(workload, workers.subList(0, 1), operations);
        warm(workload, workers.subList(second - 1, Math.min(second + 1, machine.cpus())), operations);
        machine.rehearse();
        for (int round = 0; round < 3; round++) {
            warm(workload, workers, operations / 10);
            awaitCompilers();
        }
    }

    private static void warm(SimulatedWorkload workload, List<ExecutorService> workers, int operations)
            throws InterruptedException, ExecutionException {
        List<Future<?>> all = new ArrayList<>();
        for (int worker = 0; worker < workers.size(); worker++) {
            SimulatedSection.Operation operation = workload.operations().apply(worker);
            SimulatedSection.Rolls rolls = new SimulatedSection.Rolls(worker);
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
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        long before;
        do {
            before = compilers.getTotalCompilationTime();
            Thread.sleep(1000);
        } while (compilers.getTotalCompilationTime() != before);
    }

    /** The first sections are not counted: in them, code runs for the first time that the warm-up did not come to, and is compiled. */
    private List<SimulatedSection.Outcome> measure(SimulatedWorkload workload, List<ExecutorService> workers)
            throws InterruptedException, ExecutionException {
        List<SimulatedSection.Outcome> outcomes = new ArrayList<>();
        for (int run = 0; run < number("discard") + number("runs"); run++) {
            System.gc(); // none in the section
            workload.refresh().run();
            SimulatedSection section =
                    new SimulatedSection(machine, workers, number("settle") * 1000L, number("micros") * 1000L);
            SimulatedSection.Outcome outcome = section.run(workload.operations());
            if (run >= number("discard")) {
                outcomes.add(outcome);
            }
        }
        return outcomes;
    }

    private void print(String way, int threads, List<SimulatedSection.Outcome> outcomes) {
        double[] rates = sorted(outcomes, SimulatedSection.Outcome::rate);
        StringBuilder line = new StringBuilder("%-14s writes %3s %%  threads %2d  %8.2f Mops/s [%.2f .. %.2f] "
                .formatted(way, options.get("writes"), threads, median(rates), rates[0], rates[rates.length - 1]));
        for (String count : COUNTS) {
            double value = median(sorted(outcomes, outcome -> outcome.perOperation(count)));
            line.append(" ").append(count).append("=").append((value < 100 ? "%.2f" : "%.0f").formatted(value));
        }
        System.out.println(line);
    }

    static double[] sorted(List<SimulatedSection.Outcome> outcomes, ToDoubleFunction<SimulatedSection.Outcome> value) {
        double[] values = outcomes.stream().mapToDouble(value).toArray();
        Arrays.sort(values);
        return values;
    }

    static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}
