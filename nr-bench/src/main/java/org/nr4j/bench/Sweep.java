package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.nr4j.topology.NumaTopology;

/**
 * Measures all combinations of structures, ways of sharing them, shares of writes and numbers of threads. It measures
 * one after the other, each in JVMs of its own, prints the results, and writes them to files. {@link Scale} and {@link
 * Latency} share this class.
 */
final class Sweep {
    /** The ways if the user names none. A way that a structure does not have is left out for it. */
    private static final List<String> WAYS = List.of("nr", "synchronized", "ReadWriteLock", "StampedLock", "jdk");

    /** The options that both programs have. An option whose default is a list may have several values. */
    static final Map<String, String> DEFAULTS = defaults();

    /** Turns the measurements of one combination into results, one for each line of the table. */
    interface Results<T> {
        List<ResultLine> of(Options combination, List<T> runs);
    }

    private final Options options;
    private final Path json;
    private final Path csv;
    private final List<ResultLine> all = new ArrayList<>();

    /**
     * Runs a program: measures what the arguments say and prints it. Exits with 2 if an argument is wrong.
     *
     * @param check throws if an option that only this program has is wrong
     */
    static <T> void main(Fork.Task task, String[] args, Consumer<Options> check, Results<T> results, Table table)
            throws IOException, InterruptedException {
        Sweep sweep = Options.orExit(() -> {
            Options options = Options.parse(task.defaults(), args);
            check.accept(options);
            return new Sweep(options);
        });
        sweep.run(task, results, table);
    }

    /** Checks the options that both programs have. */
    Sweep(Options options) {
        this.options = options;
        check(options);
        this.json = Path.of(options.text("out") + ".jsonl");
        this.csv = Path.of(options.text("out") + ".csv");
    }

    private static Map<String, String> defaults() {
        NumaTopology topology = NumaTopology.detect();
        int cpus = Environment.cpus(topology);
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("structure", "TreeMap");
        defaults.put("way", String.join(",", WAYS));
        defaults.put("writes", "0,10,100");
        defaults.put("threads", doublings(cpus) + "," + 2 * cpus);
        defaults.put("entries", "10000");
        defaults.put("replicas", Integer.toString(topology.nodeCount()));
        defaults.put("order", "fill");
        defaults.put("pin", "true");
        defaults.put("warm", "2");
        defaults.put("seconds", "1");
        defaults.put("runs", "5");
        defaults.put("forks", "1");
        defaults.put("out", "");
        return defaults;
    }

    /** Returns 1, 2, 4 and so on, up to and including {@code most}. */
    static String doublings(int most) {
        TreeSet<Integer> numbers = new TreeSet<>(List.of(most));
        for (int i = 1; i < most; i *= 2) {
            numbers.add(i);
        }
        return Options.list(numbers);
    }

    private static void check(Options options) {
        Map<String, List<String>> ways = new LinkedHashMap<>();
        options.texts("structure").forEach(structure -> ways.put(structure, Structures.ways(structure)));
        for (String way : options.texts("way")) {
            if (ways.values().stream().noneMatch(list -> list.contains(way)) && !WAYS.contains(way)) {
                throw new IllegalArgumentException("the option way must be a way to share one of the structures: way="
                        + way + "; the ways are " + ways);
            }
        }
        options.numbers("writes", 0, 100);
        options.numbers("threads", 1, 1 << 16);
        options.number("entries", 1);
        options.number("replicas", 1);
        options.text("order", "fill", "interleave");
        options.flag("pin");
        options.positive("warm");
        options.positive("seconds");
        options.number("runs", 1);
        options.number("forks", 1);
    }

    /** Returns what all results of a combination have in common. */
    static ResultLine.Subject subject(String source, Options combination) {
        return new ResultLine.Subject(
                source,
                combination.text("structure"),
                combination.text("way"),
                combination.number("writes", 0),
                combination.number("threads", 1),
                combination.number("replicas", 1),
                combination.number("entries", 1));
    }

    /** Creates the threads of a combination. */
    static Crew crew(Options combination, NumaTopology topology) throws InterruptedException {
        int threads = combination.number("threads", 1);
        return combination.flag("pin")
                ? Crew.placed(threads, order(combination).cpus(topology), topology)
                : Crew.unplaced(threads);
    }

    private static CpuOrder order(Options combination) {
        return combination.text("order").equals("fill") ? CpuOrder.FILL : CpuOrder.INTERLEAVE;
    }

    static Workload workload(Options combination, NumaTopology topology) {
        return Structures.of(
                combination.text("structure"),
                combination.text("way"),
                new Workload.Size(combination.number("entries", 1), combination.number("replicas", 1)),
                topology);
    }

    static long nanos(Options combination, String option) {
        return (long) (combination.positive(option) * 1e9);
    }

    private <T> void run(Fork.Task task, Results<T> results, Table table) throws IOException, InterruptedException {
        Environment environment = Environment.detect();
        environment.facts().forEach((name, value) -> System.out.println("# " + name + ": " + value));
        write(environment.toJson(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        for (Options combination : combinations()) {
            List<T> runs = new ArrayList<>();
            for (int fork = 0; fork < options.number("forks", 1); fork++) {
                runs.addAll(Fork.run(task, combination));
            }
            for (ResultLine result : results.of(combination, runs)) {
                if (all.isEmpty()) {
                    System.out.println(table.head(result));
                }
                all.add(result);
                System.out.println(table.row(result));
                write(result.toJson(), StandardOpenOption.APPEND);
            }
        }
        if (writesFiles()) {
            Files.write(csv, ResultLine.toCsv(all));
        }
    }

    /** Writes a line immediately, so that an interruption loses nothing. */
    private void write(String line, StandardOpenOption... how) throws IOException {
        if (writesFiles()) {
            Files.write(json, List.of(line), how);
        }
    }

    private boolean writesFiles() {
        return !options.text("out").isEmpty();
    }

    private List<Options> combinations() {
        List<Options> combinations = List.of(options);
        for (String axis : List.of("structure", "writes", "threads", "way")) {
            combinations = combinations.stream()
                    .flatMap(each -> options.texts(axis).stream().map(value -> each.with(axis, value)))
                    .toList();
        }
        return combinations.stream().filter(Sweep::isPossible).toList();
    }

    private static boolean isPossible(Options combination) {
        String way = combination.text("way");
        return Structures.ways(combination.text("structure")).contains(way)
                && (!way.equals(Shared.BARE) || combination.text("threads").equals("1"));
    }
}
