package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.nr4j.examples.command.Progress;

/**
 * Runs the contenders in turn, in short slices, so that other load on the machine affects all alike. The first rounds
 * do not count: they are the compiler's warm-up.
 */
final class Contest<R, W> {
    static final int WARM_UP_ROUNDS = 2;
    static final int ROUNDS = 15;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Subject<R, W> subject;
    private final List<Contender<R, W>> contenders;
    private final Options options;
    private final Progress progress;
    private final List<Score> scores = new ArrayList<>();

    private int slicesDone;
    private String lastResult = "";

    Contest(Subject<R, W> subject, List<Contender<R, W>> contenders, Options options, Progress progress) {
        this.subject = subject;
        this.contenders = contenders;
        this.options = options;
        this.progress = progress;
        contenders.forEach(contender -> scores.add(new Score(contender.name())));
    }

    /** Returns how long a slice is if this many contenders take turns. */
    static long sliceNanos(Options options, int contenders) {
        return TimeUnit.SECONDS.toNanos(options.seconds()) / slices(contenders);
    }

    private static int slices(int contenders) {
        return contenders * (WARM_UP_ROUNDS + ROUNDS);
    }

    /** Runs all rounds. Returns the scores in the order of the contenders. */
    List<Score> run(Crew crew) throws InterruptedException, ExecutionException {
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            for (int turn = 0; turn < contenders.size(); turn++) {
                // Each round starts with another contender, so that none always follows the one that makes most
                // garbage.
                runSlice(crew, (round + turn) % contenders.size(), round - WARM_UP_ROUNDS);
            }
        }
        progress.done();
        return scores;
    }

    private void runSlice(Crew crew, int index, int round) throws InterruptedException, ExecutionException {
        Slice<R, W> slice = new Slice<>(contenders.get(index), subject, options.writePercent(), crew.size());
        Score score = scores.get(index);
        String phase = round < 0 ? "warming up" : "round " + (round + 1) + " of " + ROUNDS;
        List<Tally> tallies = crew.work(slice, () -> waitForSlice(phase + ": " + score.name()));
        slicesDone++;
        if (round < 0) {
            score.addWarmUp(tallies);
            return;
        }
        score.addRound(tallies);
        lastResult = String.format(
                Locale.ROOT, "  (last: %s, %.1f M ops/s)", score.name(), score.throughput() / Report.MILLION);
    }

    private void waitForSlice(String what) throws InterruptedException {
        long length = sliceNanos(options, contenders.size());
        long start = System.nanoTime();
        for (long passed = 0; passed < length; passed = System.nanoTime() - start) {
            double slicesPassed = slicesDone + (double) passed / length;
            progress.show(slicesPassed / slices(contenders.size()), what + lastResult);
            TimeUnit.NANOSECONDS.sleep(Math.min(TICK_NANOS, length - passed));
        }
    }
}
