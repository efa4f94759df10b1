package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The results of a contender. One thread at a time may use it. */
final class Score {
    private final String name;
    private final List<Round> rounds = new ArrayList<>();
    private final Latencies latencies = new Latencies();

    /** The account of all slices, including those of the warm-up, for the verification. */
    private final Account account = new Account();

    private long writes;

    Score(String name) {
        this.name = name;
    }

    /**
     * A measured slice.
     *
     * @param throughput operations a second of all threads together
     * @param fairness operations of the slowest thread, divided by those of the fastest
     */
    private record Round(double throughput, double fairness) {}

    void addWarmUp(List<Tally> tallies) {
        for (Tally tally : tallies) {
            account.addAll(tally.account);
            writes += tally.writes;
        }
    }

    void addRound(List<Tally> tallies) {
        addWarmUp(tallies);
        tallies.forEach(tally -> latencies.addAll(tally.latencies));
        rounds.add(new Round(throughput(tallies), fairness(tallies)));
    }

    private static double throughput(List<Tally> tallies) {
        long operations = 0;
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        long origin = tallies.get(0).startNanos; // nanoTime may be any number: only differences have a meaning
        for (Tally tally : tallies) {
            operations += tally.operations;
            start = Math.min(start, tally.startNanos - origin);
            end = Math.max(end, tally.endNanos - origin);
        }
        return operations * 1e9 / Math.max(1, end - start);
    }

    private static double fairness(List<Tally> tallies) {
        long slowest = tallies.stream().mapToLong(t -> t.operations).min().orElse(0);
        long fastest = tallies.stream().mapToLong(t -> t.operations).max().orElse(0);
        return fastest == 0 ? 1 : (double) slowest / fastest;
    }

    String name() {
        return name;
    }

    /** Returns operations a second: the median of the rounds. */
    double throughput() {
        return median(Round::throughput);
    }

    /** Returns how much the rounds differ, without the best and the worst quarter of them, as a share of the median. */
    double spread() {
        List<Double> sorted = sorted(rounds.stream().map(Round::throughput).toList());
        int quarter = sorted.size() / 4;
        return (sorted.get(sorted.size() - 1 - quarter) - sorted.get(quarter)) / throughput();
    }

    /** Returns the slowest thread's operations divided by those of the fastest: the median of the rounds. */
    double fairness() {
        return median(Round::fairness);
    }

    /** Returns this throughput divided by the other's. */
    double ratioTo(Score other) {
        return throughput() / other.throughput();
    }

    Latencies latencies() {
        return latencies;
    }

    Account account() {
        return account;
    }

    long writes() {
        return writes;
    }

    private double median(ToDoubleFunction<Round> value) {
        return median(rounds.stream().map(value::applyAsDouble).toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = sorted(values);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static List<Double> sorted(List<Double> values) {
        return values.stream().sorted().toList();
    }
}
