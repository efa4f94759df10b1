package org.nr4j.examples.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.nr4j.examples.command.BadOptionException;
import org.nr4j.examples.command.Progress;
import org.nr4j.examples.command.Terminal;
import org.nr4j.examples.demo.Subject.Concurrent;
import org.nr4j.examples.demo.Subject.Measure;

/** Runs the demo: parses the command line and returns the exit code. */
public final class DemoProgram {
    /** The exit code of a successful run. */
    public static final int OK = 0;

    /** The exit code if the verification or the program failed. */
    public static final int FAILED = 1;

    /** The exit code for a wrong option. */
    public static final int BAD_OPTION = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean isTerminal;

    DemoProgram(PrintStream out, PrintStream err, boolean isTerminal) {
        this.out = out;
        this.err = err;
        this.isTerminal = isTerminal;
    }

    /** Runs the demo on this process's standard output and returns its exit code. */
    public static int run(String... args) {
        return new DemoProgram(System.out, System.err, Terminal.isThere()).runWith(args);
    }

    int runWith(String... args) {
        if (Options.wantsHelp(args)) {
            out.print(Options.USAGE);
            return OK;
        }
        Options options;
        try {
            options = Options.parse(args);
        } catch (BadOptionException e) {
            err.println("demo: " + e.getMessage());
            return BAD_OPTION;
        }
        return runSubject(options.structure().subject(options.entries()), options);
    }

    <R, W> int runSubject(Subject<R, W> subject, Options options) {
        try (Contenders<R, W> contenders = new Contenders<>(subject, options);
                Crew crew = new Crew(options.threadCount(), options.topology())) {
            return runContest(subject, contenders, crew, options) ? OK : FAILED;
        } catch (OutOfMemoryError e) {
            err.println("demo: there is not enough memory for so many copies of " + options.entries()
                    + " entries; pass fewer --entries or --replicas, or give Java more (MAVEN_OPTS=-Xmx4g)");
        } catch (ExecutionException e) {
            err.println("demo: a thread failed: " + e.getCause());
            e.getCause().printStackTrace(err);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("demo: interrupted");
        }
        return FAILED;
    }

    private <R, W> boolean runContest(Subject<R, W> subject, Contenders<R, W> contenders, Crew crew, Options options)
            throws InterruptedException, ExecutionException {
        Report report = new Report(out);
        report.header(options, subject, contenders.size());
        List<Account> before = accounts(subject, contenders);
        List<Score> scores = new Contest<>(subject, contenders.all(), options, new Progress(out, isTerminal)).run(crew);

        report.table(scores);
        report.inside(contenders.replicated().stats());
        Verification verification = verify(subject, contenders, before, scores);
        report.verification(verification);
        report.advice(advice(options, contenders, scores).paragraphs());
        return verification.isOk();
    }

    private static <R, W> List<Account> accounts(Subject<R, W> subject, Contenders<R, W> contenders) {
        List<Account> accounts = new ArrayList<>();
        for (Contender<R, W> contender : contenders.all()) {
            accounts.add(Verification.accountOf(contender, subject));
        }
        return accounts;
    }

    private static <R, W> Verification verify(
            Subject<R, W> subject, Contenders<R, W> contenders, List<Account> before, List<Score> scores) {
        Verification verification = new Verification();
        ReplicatedContender<R, W> replicated = contenders.replicated();
        verification.replicasAreEqual(replicated.readEachReplica(subject.measuring(Measure.DIGEST)));
        verification.everyWriteWasAppended(
                scores.get(Contenders.REPLICATED).writes(), replicated.stats().index());
        List<Account> after = accounts(subject, contenders);
        for (int i = 0; i < scores.size(); i++) {
            Score score = scores.get(i);
            verification.contentsAddUp(score.name(), before.get(i), score.account(), after.get(i));
        }
        return verification;
    }

    private static <R, W> Advice advice(Options options, Contenders<R, W> contenders, List<Score> scores) {
        return new Advice(
                options,
                scores.get(Contenders.REPLICATED),
                scores.subList(Contenders.READ_WRITE_LOCK, Contenders.CONCURRENT),
                scores.stream().skip(Contenders.CONCURRENT).findFirst(),
                contenders.concurrent().map(Concurrent::butNot).orElse(""));
    }
}
