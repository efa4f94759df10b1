package org.nr4j.examples.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Explains the result in plain words, also if a rival was faster than nr4j. */
final class Advice {
    /** Throughputs that differ by less than this are level. */
    private static final double MARGIN = 0.1;

    /** If the rounds differ by more than this, other load disturbed them. */
    private static final double NOISY = 0.3;

    /** A difference in fairness that is worth mentioning. */
    private static final double UNFAIR = 0.2;

    private static final int MANY_WRITES = 50;

    private final Options options;
    private final Score replicated;
    private final List<Score> locks;
    private final Optional<Score> concurrent;
    private final String butNot;
    private final List<String> paragraphs = new ArrayList<>();

    /**
     * Creates the advice.
     *
     * @param replicated nr4j's score
     * @param locks the scores of the locks
     * @param concurrent the score of the JDK's concurrent class
     * @param butNot what that class does not do
     */
    Advice(Options options, Score replicated, List<Score> locks, Optional<Score> concurrent, String butNot) {
        this.options = options;
        this.replicated = replicated;
        this.locks = locks;
        this.concurrent = concurrent;
        this.butNot = butNot;
    }

    List<String> paragraphs() {
        trust();
        Score lock = locks.stream()
                .max(Comparator.comparingDouble(Score::throughput))
                .orElseThrow();
        againstTheLock(lock);
        concurrent.ifPresent(this::againstTheConcurrentClass);
        costs();
        circumstances();
        return paragraphs;
    }

    /** Adds a warning if the figures are not reliable. */
    private void trust() {
        double spread = replicated.spread();
        if (spread > NOISY) {
            say(
                    "The rounds differ by %.0f %% and more: other work on the machine, or more threads than cpus."
                            + " Take the figures with care.",
                    spread * 100);
        }
    }

    private void againstTheLock(Score lock) {
        double ratio = replicated.ratioTo(lock);
        if (ratio > 1 + MARGIN) {
            say("nr4j was faster than every lock here: %.2f x the best, %s.", ratio, lock.name());
        } else if (ratio > 1 - MARGIN) {
            say("nr4j and the best lock, %s, were level here. The lock is simpler.", lock.name());
        } else {
            say(
                    "%s was faster than nr4j here: %.2f x. For this structure, mix and machine take the lock,"
                            + " which is simpler, too.",
                    lock.name(), 1 / ratio);
        }
        if (lock.fairness() + UNFAIR < replicated.fairness()) {
            say(
                    "Mind that %s served its slowest thread %.0f %% as often as its fastest; nr4j %.0f %%.",
                    lock.name(), lock.fairness() * 100, replicated.fairness() * 100);
        }
    }

    private void againstTheConcurrentClass(Score rival) {
        double ratio = replicated.ratioTo(rival);
        if (ratio > 1 + MARGIN) {
            say("nr4j was faster than %s: %.2f x.", rival.name(), ratio);
        } else if (ratio > 1 - MARGIN) {
            say("nr4j and %s were level. Where the latter does all you need, take it.", rival.name());
        } else {
            say("%s was faster than nr4j: %.2f x. Where it does all you need, take it.", rival.name(), 1 / ratio);
        }
        say("%s does not %s; an operation under nr4j or a lock is one step, whatever it does.", rival.name(), butNot);
    }

    private void costs() {
        int replicas = options.replicaCount();
        if (replicas > 1) {
            say("nr4j kept %d copies of the data and applied each write %d times.", replicas, replicas);
            if (options.writePercent() >= MANY_WRITES) {
                say("With so many writes the copies are mostly busy with each other's: replication is for reads.");
            }
        }
    }

    private void circumstances() {
        if (options.topology().isSimulated()) {
            say("The nodes are pretended: this run has the costs of replication, but no slow memory to save.");
        } else if (options.topology().nodeCount() == 1) {
            say("There is one NUMA node here: what replicas save between nodes does not show on this machine.");
        }
        say("Other mixes and sizes give other results: try --writes, --threads, --entries and --structure.");
    }

    private void say(String format, Object... args) {
        paragraphs.add(String.format(Locale.ROOT, format, args));
    }
}
