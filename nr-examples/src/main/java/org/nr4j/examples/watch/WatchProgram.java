package org.nr4j.examples.watch;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.nr4j.NodeReplicated;
import org.nr4j.ReplicasDifferException;
import org.nr4j.Snapshot;
import org.nr4j.examples.command.BadOptionException;
import org.nr4j.examples.command.CommandLine;
import org.nr4j.examples.command.Terminal;
import org.nr4j.examples.watch.WatchedCounters.Get;
import org.nr4j.examples.watch.WatchedCounters.Increment;

/** Runs the live view: parses the command line and returns the exit code. */
public final class WatchProgram {
    /** The exit code of a successful run. */
    public static final int OK = 0;

    /** The exit code if the replicas differ or the program failed. */
    public static final int FAILED = 1;

    /** The exit code for a wrong option. */
    public static final int BAD_OPTION = 2;

    private static final Logger LOGGER = Logger.getLogger("org.nr4j");

    private final PrintStream out;
    private final PrintStream err;
    private final boolean isTerminal;

    WatchProgram(PrintStream out, PrintStream err, boolean isTerminal) {
        this.out = out;
        this.err = err;
        this.isTerminal = isTerminal;
    }

    /** Runs it on this process's standard output and returns its exit code. */
    public static int run(String... args) {
        // The view shows what the library would log. The log's stack traces would cover it.
        LOGGER.setLevel(Level.OFF);
        return new WatchProgram(System.out, System.err, Terminal.isThere()).runWith(args);
    }

    int runWith(String... args) {
        if (CommandLine.wantsHelp(args)) {
            out.print(WatchOptions.USAGE);
            return OK;
        }
        try {
            return watch(WatchOptions.parse(args));
        } catch (BadOptionException e) {
            err.println("watch: " + e.getMessage());
            return BAD_OPTION;
        } catch (OutOfMemoryError e) {
            err.println("watch: there is not enough memory for so many copies; pass fewer --entries or --replicas,"
                    + " or give Java more (MAVEN_OPTS=-Xmx4g)");
        } catch (IllegalStateException e) { // the instance has stopped: all replicas are quarantined
            err.println("watch: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("watch: interrupted");
        }
        return FAILED;
    }

    private int watch(WatchOptions options) throws InterruptedException {
        Fault fault = new Fault();
        try (NodeReplicated<Get, Increment, Long> counters = NodeReplicated.builder(
                        () -> WatchedCounters.zeros(options.entries(), fault))
                .replicas(options.replicaCount())
                .topology(options.topology())
                .logCapacity(options.logCapacity())
                .copier(WatchedCounters::copy)
                .build()) {
            List<Throwable> failures;
            try (Load load = new Load(counters, options);
                    Incidents incidents = new Incidents(counters, options, fault)) {
                failures = show(counters, load, incidents, options);
            }
            if (!failures.isEmpty()) {
                err.println("watch: a thread failed: " + failures.get(0));
                failures.get(0).printStackTrace(err);
                return FAILED;
            }
            return verify(counters);
        }
    }

    /** Refreshes the view until the time is over or a thread fails. Returns the failures. */
    private List<Throwable> show(
            NodeReplicated<Get, Increment, Long> counters, Load load, Incidents incidents, WatchOptions options)
            throws InterruptedException {
        Screen screen = new Screen(out, options.isPlain() || !isTerminal);
        long start = System.nanoTime();
        long length = options.seconds().isPresent()
                ? TimeUnit.SECONDS.toNanos(options.seconds().getAsInt())
                : Long.MAX_VALUE;
        Sample before = sample(counters, load);
        while (before.nanos() - start < length && load.failures().isEmpty()) {
            long left = length - (before.nanos() - start);
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(options.refreshMillis())));
            Sample now = sample(counters, load);
            List<String> lines = new ArrayList<>();
            lines.add(title(options, now.nanos() - start, load));
            lines.add("");
            lines.addAll(Dashboard.render(before, now));
            lines.add("");
            lines.addAll(incidents.notes());
            screen.show(lines);
            before = now;
        }
        return load.failures();
    }

    private static Sample sample(NodeReplicated<?, ?, ?> counters, Load load) {
        return new Sample(System.nanoTime(), counters.stats(), load.reads());
    }

    private static String title(WatchOptions options, long nanos, Load load) {
        long lost = load.lostAnswers();
        return String.format(
                Locale.ROOT,
                "nr4j watch, %d s: TreeMap of %,d counters, %d threads, %d %% writes%s",
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                options.entries(),
                options.threadCount(),
                options.writePercent(),
                lost == 0 ? "" : ", answers lost " + lost);
    }

    /** Checks that all replicas are equal at the end, and have counted each write once. */
    private int verify(NodeReplicated<Get, Increment, Long> counters) {
        try {
            long index = counters.verify(WatchedCounters::digest);
            Snapshot<Long> sum = counters.snapshot(WatchedCounters::sum);
            boolean allCounted = sum.state() == sum.index();
            out.printf(
                    Locale.ROOT,
                    "%d replicas are equal after %,d writes; each was counted once: %s%n",
                    counters.replicas(),
                    index,
                    allCounted ? "yes" : "NO, " + sum.state());
            return allCounted ? OK : FAILED;
        } catch (ReplicasDifferException e) {
            err.println("watch: " + e.getMessage());
            return FAILED;
        }
    }
}
