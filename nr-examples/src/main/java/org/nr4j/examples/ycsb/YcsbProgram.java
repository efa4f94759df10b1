package org.nr4j.examples.ycsb;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.nr4j.examples.command.BadOptionException;
import org.nr4j.examples.command.CommandLine;
import org.nr4j.examples.command.Progress;
import org.nr4j.examples.command.Terminal;

/** Runs the benchmark: parses the command line and returns the exit code. */
public final class YcsbProgram {
    /** The exit code of a successful run. */
    public static final int OK = 0;

    /** The exit code if records are missing or the program failed. */
    public static final int FAILED = 1;

    /** The exit code for a wrong option. */
    public static final int BAD_OPTION = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean isTerminal;

    YcsbProgram(PrintStream out, PrintStream err, boolean isTerminal) {
        this.out = out;
        this.err = err;
        this.isTerminal = isTerminal;
    }

    /** Runs it on this process's standard output and returns its exit code. */
    public static int run(String... args) {
        return new YcsbProgram(System.out, System.err, Terminal.isThere()).runWith(args);
    }

    int runWith(String... args) {
        if (CommandLine.wantsHelp(args)) {
            out.print(YcsbOptions.USAGE);
            return OK;
        }
        try {
            YcsbOptions options = YcsbOptions.parse(args);
            options.requireMemory(Runtime.getRuntime().maxMemory());
            return run(options) ? OK : FAILED;
        } catch (BadOptionException e) {
            err.println("ycsb: " + e.getMessage());
            return BAD_OPTION;
        } catch (ExecutionException e) {
            err.println("ycsb: a thread failed: " + e.getCause());
            e.getCause().printStackTrace(err);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("ycsb: interrupted");
        }
        return FAILED;
    }

    private boolean run(YcsbOptions options) throws InterruptedException, ExecutionException {
        Report report = new Report(out);
        report.header(options);
        boolean isComplete = true;
        for (List<Workload> workloads : options.runs()) {
            try (Database database = new Database(
                    options.openStore(),
                    options.threadCount(),
                    options.topology().threadFactory())) {
                run(database, Workload.LOAD, options.records(), report);
                for (Workload workload : workloads) {
                    run(database, workload, options.operations(), report);
                }
                isComplete &= report.contents(database.records(), database.size(), database.spoilt());
            }
        }
        return isComplete;
    }

    private void run(Database database, Workload workload, long operations, Report report)
            throws InterruptedException, ExecutionException {
        report.title(workload);
        report.table(database.run(workload, operations, new Progress(out, isTerminal)));
    }
}
