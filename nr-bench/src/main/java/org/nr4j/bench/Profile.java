package org.nr4j.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.topology.NumaTopology;

/**
 * Defines what is measured, and how long. {@code smoke} shows that everything works, {@code laptop} takes up to twenty
 * minutes, and {@code full} takes hours. Options change any of it.
 */
final class Profile {
    /** The names of the profiles. */
    static final List<String> NAMES = List.of("smoke", "laptop", "full");

    private static final String ALL = "all";
    private static final String NONE = "none";

    /** The ways that are left out if time is short, because each performs much like another way. */
    private static final List<String> UNUSUAL = List.of("ReentrantLock", "DistributedReadWriteLock");

    /**
     * The shortest iteration of a profile with a time limit, in seconds. A shorter iteration gives no usable figure.
     */
    private static final double SHORTEST = 0.035;

    private static final double LONGEST = 0.2;

    private final String name;
    private final Options options;
    private final int cpus;
    private final int nodes;

    /**
     * Creates a profile for this machine.
     *
     * @param args options, {@code NAME=VALUE}
     * @throws IllegalArgumentException if there is no such profile, or an option is wrong
     */
    Profile(String name, NumaTopology topology, String... args) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("a profile must be one of " + NAMES + ": profile=" + name);
        }
        this.name = name;
        this.cpus = Environment.cpus(topology);
        this.nodes = topology.nodeCount();
        this.options = Options.parse(defaults(), args);
        check();
    }

    /** Returns the options of a profile, with their values if the user says nothing. */
    private Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("structure", ALL);
        defaults.put("way", choose(ALL, "usual", ALL));
        defaults.put("writes", choose("0,50", "0,10,50,100", "0,10,50,80,100"));
        defaults.put("threads", choose("1,2", Sweep.doublings(cpus), Sweep.doublings(cpus) + "," + 2 * cpus));
        defaults.put("between", choose(ALL, "10", ALL));
        defaults.put("entries", choose("100", "10000", "10000,1000000"));
        defaults.put("replicas", choose("1", Integer.toString(nodes), Sweep.doublings(nodes)));
        defaults.put("rounds", choose("1", "1", "2"));
        defaults.put("warm", choose("0", "8", "4"));
        defaults.put("measured", choose("2", "5", "5"));
        defaults.put("seconds", choose("0.01", "", "0.5"));
        defaults.put("minutes", "18.5");
        defaults.put("latency", choose("TreeMap", "HashMap,TreeMap", ALL));
        defaults.put("rate", choose("0.01", "1", "0.1,1"));
        defaults.put("scale", choose("TreeMap", NONE, ALL));
        defaults.put("out", "");
        return defaults;
    }

    private <T> T choose(T smoke, T laptop, T full) {
        return isSmoke() ? smoke : name.equals("laptop") ? laptop : full;
    }

    private boolean isSmoke() {
        return name.equals("smoke");
    }

    private void check() {
        structures("structure").forEach(this::ways);
        structures("latency").forEach(this::ways);
        structures("scale").forEach(this::ways);
        writes();
        threads();
        between(0);
        entries();
        replicas();
        options.number("rounds", 1);
        options.number("warm", 0);
        options.number("measured", 1);
        options.positive("minutes");
        options.positives("seconds");
        options.positives("rate");
    }

    /** Returns the structures that JMH measures. */
    List<String> structures() {
        return structures("structure");
    }

    private List<String> structures(String option) {
        return switch (options.text(option)) {
            case ALL -> Structures.names();
            case NONE -> List.of();
            default -> options.texts(option);
        };
    }

    /** Returns the ways of a structure that are measured. */
    List<String> ways(String structure) {
        List<String> all = Structures.ways(structure);
        List<String> ways = switch (options.text("way")) {
            case ALL -> all;
            case "usual" -> all.stream().filter(way -> !UNUSUAL.contains(way)).toList();
            default -> all.stream().filter(options.texts("way")::contains).toList();
        };
        if (ways.isEmpty()) {
            throw new IllegalArgumentException("the option way must have a way to share each structure: way="
                    + options.text("way") + " structure=" + structure + "; the ways are " + all);
        }
        return ways;
    }

    /**
     * Returns all measurements, in order. All ways of one configuration follow each other, so that a change on the
     * machine affects all of them.
     */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (isSmoke()) {
            steps.addAll(ClassStep.all());
        }
        List<ResultLine.Subject> subjects = subjects();
        int rounds = options.number("rounds", 1);
        List<Step> others = new ArrayList<>(latencies());
        others.addAll(scales());
        JmhStep.Times times = times(rounds * subjects.size(), Progress.expectedSeconds(others));
        for (int round = 0; round < rounds; round++) {
            for (ResultLine.Subject subject : subjects) {
                boolean forked = !isSmoke() || subject.equals(subjects.get(0));
                steps.add(new JmhStep(subject, forked, times));
            }
        }
        steps.addAll(others);
        return steps;
    }

    /** Returns the times that the user gave, or those that fit into the profile's time after all other measurements. */
    private JmhStep.Times times(int measurements, double others) {
        int warm = options.number("warm", 0);
        int measured = options.number("measured", 1);
        double seconds;
        if (options.text("seconds").isEmpty()) {
            double each = (options.positive("minutes") * 60 - others) / measurements - JmhStep.FORK_SECONDS;
            seconds = Math.max(SHORTEST, Math.min(LONGEST, each / (warm + measured)));
        } else {
            seconds = options.positive("seconds");
        }
        return new JmhStep.Times(warm, measured, seconds);
    }

    /** Returns what JMH measures in a round. */
    List<ResultLine.Subject> subjects() {
        List<ResultLine.Subject> subjects = new ArrayList<>();
        for (String structure : structures()) {
            for (int entries : entries()) {
                for (int writes : writes()) {
                    for (int threads : threads()) {
                        if (between(threads) < 0 || between(threads) == writes) {
                            addWays(subjects, structure, entries, writes, threads);
                        }
                    }
                }
            }
        }
        return subjects;
    }

    /**
     * Returns the only share of writes that is measured with this number of threads, or -1 if all are. Numbers of
     * threads between one and all show less, so one share of writes is enough for them.
     */
    private int between(int threads) {
        if (options.text("between").equals(ALL) || threads == 1 || threads >= cpus) {
            return -1;
        }
        return options.number("between", 0);
    }

    private void addWays(List<ResultLine.Subject> subjects, String structure, int entries, int writes, int threads) {
        for (String way : ways(structure)) {
            if (way.equals(Shared.BARE) && threads > 1) {
                continue;
            }
            List<Integer> replicas = way.startsWith("nr") ? replicas() : List.of(1);
            for (int number : replicas) {
                subjects.add(new ResultLine.Subject("jmh", structure, way, writes, threads, number, entries));
            }
        }
    }

    /** Returns the latency measurements: with one thread for each cpu, and with several. */
    private List<Step> latencies() {
        List<Step> steps = new ArrayList<>();
        double warm = choose(0.05, 0.4, 2.0);
        double seconds = choose(0.05, 0.4, 5.0);
        int runs = choose(1, 2, 5);
        int rates = options.texts("rate").size();
        for (String structure : structures("latency")) {
            for (int threads : isSmoke() ? List.of(2) : List.of(cpus, 4 * cpus)) {
                List<String> ways = safe(structure);
                double each = 1 + warm + seconds + rates * (2 * warm + 2 * runs * seconds + 2 * seconds);
                steps.add(new ProgramStep(
                        Latency.class,
                        "latency of " + structure + ", " + threads + " threads, " + ways.size() + " ways",
                        ways.size() * each,
                        List.of(
                                "structure=" + structure,
                                "way=" + String.join(",", ways),
                                "writes=10",
                                "threads=" + threads,
                                "entries=" + entries().get(0),
                                "warm=" + warm,
                                "seconds=" + seconds,
                                "runs=" + runs,
                                "rate=" + options.text("rate"))));
            }
        }
        return steps;
    }

    private List<Step> scales() {
        List<Step> steps = new ArrayList<>();
        int runs = isSmoke() ? 1 : 5;
        double warm = isSmoke() ? 0.05 : 2;
        double seconds = isSmoke() ? 0.05 : 1;
        for (String structure : structures("scale")) {
            for (String order : nodes > 1 ? List.of("fill", "interleave") : List.of("fill")) {
                List<String> ways = safe(structure);
                int configurations = ways.size() * writes().size() * threads().size();
                steps.add(new ProgramStep(
                        Scale.class,
                        "scale-out of " + structure + ", " + order + ", " + ways.size() + " ways",
                        configurations * (1 + warm + runs * seconds * 1.1),
                        List.of(
                                "structure=" + structure,
                                "way=" + String.join(",", ways),
                                "writes=" + options.text("writes"),
                                "threads=" + options.text("threads"),
                                "entries=" + entries().get(0),
                                "order=" + order,
                                "warm=" + warm,
                                "seconds=" + seconds,
                                "runs=" + runs)));
            }
        }
        return steps;
    }

    /** Returns the ways that are safe with any number of threads. The smoke profile takes only two of them. */
    private List<String> safe(String structure) {
        return ways(structure).stream()
                .filter(way -> !way.equals(Shared.BARE))
                .limit(isSmoke() ? 2 : Long.MAX_VALUE)
                .toList();
    }

    private List<Integer> writes() {
        return options.numbers("writes", 0, 100);
    }

    private List<Integer> threads() {
        return options.numbers("threads", 1, 1 << 16);
    }

    private List<Integer> entries() {
        return options.numbers("entries", 1, Integer.MAX_VALUE);
    }

    private List<Integer> replicas() {
        return options.numbers("replicas", 1, 1 << 16);
    }

    /** Returns where to write; empty if the user does not say. */
    String out() {
        return options.text("out");
    }

    /**
     * Returns the profile's name and options, as part of the environment. The place of the results is left out: two
     * runs that differ only in that place are compared without a warning.
     */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("profile", name);
        facts.put("options", String.join(" ", options.with("out", "").toArgs()));
        return facts;
    }
}
