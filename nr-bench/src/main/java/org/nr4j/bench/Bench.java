package org.nr4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nr4j.bench.report.Comparison;
import org.nr4j.bench.report.ComparisonReport;
import org.nr4j.bench.report.Figure;
import org.nr4j.bench.report.Results;
import org.nr4j.topology.NumaTopology;

/**
 * The program of {@code nr-bench/bench}. It measures a profile and reports it, makes one report of several results, or
 * compares two results.
 */
public final class Bench {
    private static final String USAGE = """
            nr-bench/bench smoke|laptop|full [NAME=VALUE ...]  measure, and write results and report.html
                smoke: under 3 minutes, shows that everything works; laptop: under 20 minutes; full: hours
                structure=A,B way=a,b writes=0,10 threads=1,2 entries=N,M replicas=1,2  or structure=all, way=all|usual
                rounds=N        how often each is measured, in a JVM of its own
                minutes=N  laptop: time for everything; seconds=S instead: of one iteration; warm=N measured=N
                between=N|all   the share of writes that is measured at more than one thread and fewer than all
                latency=A,B|all|none rate=MOPS   latency at that load; scale=A,B|all|none  pinned threads, with fairness
                out=DIR         default results/<date>-<commit>
            nr-bench/bench report out=DIR FILE...             one report of several results.jsonl (of a simulation, too)
            nr-bench/bench chart in=FILE.jsonl out=FILE.svg     an SVG chart of one structure's throughput
            nr-bench/bench compare OLD.jsonl NEW.jsonl [fail-over=PERCENT] [all=true] [html=FILE]
                exit code 1 if something has become slower beyond the noise, by more than PERCENT
            JVM_OPTIONS="-Xmx4g -XX:+UseParallelGC" sets options of all JVMs.
            """;

    private Bench() {}

    /**
     * Exits with 0 if everything succeeded, 1 if a measurement failed or regressions were found, and 2 if the arguments
     * are wrong.
     */
    public static void main(String[] args) throws IOException {
        List<String> words = List.of(args);
        int status;
        try {
            if (words.isEmpty() || words.get(0).matches("-?-?h(elp)?")) {
                System.out.print(USAGE);
                status = words.isEmpty() ? 2 : 0;
            } else {
                status = run(words.get(0), words.subList(1, words.size()));
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            status = 2;
        }
        System.exit(status);
    }

    private static int run(String command, List<String> args) throws IOException {
        return switch (command) {
            case "compare" -> compare(args);
            case "report" -> report(args);
            case "chart" -> chart(args);
            default -> {
                if (!Profile.NAMES.contains(command)) {
                    throw new IllegalArgumentException("a command must be one of " + Profile.NAMES
                            + ", report, chart, compare: command=" + command + "; nr-bench/bench help says more");
                }
                NumaTopology topology = NumaTopology.detect();
                yield measure(new Profile(command, topology, args.toArray(String[]::new)));
            }
        };
    }

    private static int measure(Profile profile) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>(profile.facts());
        facts.putAll(Environment.detect().facts());
        double others = cpusOfOthers();
        facts.put("others", Double.isNaN(others) ? Environment.UNKNOWN : Math.round(others * 100) / 100.0);
        if (others > 0.1) {
            System.out.printf(
                    Locale.ROOT, "Others are at work on %.1f of the cpus: the figures will be of that, too.%n", others);
        }
        Recording recording = new Recording(directory(profile, facts), new Environment(facts));
        return new Run(profile, recording).measure();
    }

    /** Returns how many cpus other processes use while this process is idle. */
    private static double cpusOfOthers() {
        Disturbance disturbance = new Disturbance(NumaTopology.detect());
        disturbance.begin();
        try {
            Thread.sleep(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Double.NaN;
        }
        return disturbance.cpusOfOthers();
    }

    private static Path directory(Profile profile, Map<String, Object> facts) {
        if (!profile.out().isEmpty()) {
            return Path.of(profile.out());
        }
        String date =
                facts.get("date").toString().substring(0, 16).replace(":", "").replace('T', '-');
        return Path.of("results", date + "-" + facts.get("commit"));
    }

    private static int report(List<String> args) throws IOException {
        Map<String, String> options = new LinkedHashMap<>(Map.of("out", ""));
        List<Path> files = files(args, options);
        if (files.isEmpty() || options.get("out").isEmpty()) {
            throw new IllegalArgumentException(
                    "a report must have a directory and results: " + args + "; nr-bench/bench report out=DIR FILE...");
        }
        Path directory = Path.of(options.get("out"));
        Files.createDirectories(directory);
        List<Results> all = new ArrayList<>();
        for (Path file : files) {
            all.add(Results.read(file));
        }
        Recording.write(Results.join(all), directory);
        System.out.println(directory.resolve("report.html"));
        return 0;
    }

    private static int chart(List<String> args) throws IOException {
        Options options = Options.parse(Map.of("in", "", "out", ""), args.toArray(String[]::new));
        Path in = Path.of(options.text("in"));
        if (!Files.isRegularFile(in) || options.text("out").isEmpty()) {
            throw new IllegalArgumentException("a chart must have a file of results and a file to write to: " + args
                    + "; nr-bench/bench chart in=FILE.jsonl out=FILE.svg");
        }
        Files.writeString(Path.of(options.text("out")), Figure.svg(Results.read(in)));
        System.out.println(options.text("out"));
        return 0;
    }

    private static int compare(List<String> args) throws IOException {
        Map<String, String> options = new LinkedHashMap<>(Map.of("fail-over", "", "all", "false", "html", ""));
        List<Path> files = files(args, options);
        if (files.size() != 2) {
            throw new IllegalArgumentException("two results must be given to compare: files=" + files
                    + "; nr-bench/bench compare OLD.jsonl NEW.jsonl");
        }
        Options checked = Options.parse(options);
        boolean all = checked.flag("all");
        double percent = options.get("fail-over").isEmpty() ? Double.NaN : checked.positive("fail-over");
        Comparison comparison = Comparison.of(Results.read(files.get(0)), Results.read(files.get(1)));
        System.out.print(comparison.text(all));
        if (!options.get("html").isEmpty()) {
            ComparisonReport.write(comparison, Path.of(options.get("html")));
        }
        if (Double.isNaN(percent)) {
            return 0;
        }
        int regressions = comparison.regressions(percent).size();
        System.out.printf(
                Locale.ROOT, "slower by more than %s %% beyond the noise: %d%n", options.get("fail-over"), regressions);
        return regressions == 0 ? 0 : 1;
    }

    /** Returns the arguments that are not options; adds the options to the map. */
    private static List<Path> files(List<String> args, Map<String, String> options) {
        List<Path> files = new ArrayList<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals >= 0 && options.containsKey(arg.substring(0, equals))) {
                options.put(arg.substring(0, equals), arg.substring(equals + 1));
            } else {
                Path file = Path.of(arg);
                if (!Files.isRegularFile(file)) {
                    throw new IllegalArgumentException("results must be a file: file=" + arg + "; options here are "
                            + options.keySet() + ", as NAME=VALUE");
                }
                files.add(file);
            }
        }
        return files;
    }
}
