package org.nr4j.examples.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.nr4j.NrStats;
import org.nr4j.NrStats.FollowerStats;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.NrStats.Waits;

/**
 * Turns two samples into a view: the state at the second sample, and what happened since the first. The view is plain
 * ASCII, at most 100 columns wide. The same samples always give the same lines.
 */
final class Dashboard {
    private static final int BAR = 40;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final NrStats before;
    private final NrStats now;
    private final double seconds;
    private final long reads;
    private final List<String> lines = new ArrayList<>();

    private Dashboard(Sample before, Sample now) {
        this.before = before.stats();
        this.now = now.stats();
        this.seconds = Math.max(1, now.nanos() - before.nanos()) / NANOS_PER_SECOND;
        this.reads = now.reads() - before.reads();
    }

    static List<String> render(Sample before, Sample now) {
        Dashboard dashboard = new Dashboard(before, now);
        dashboard.throughput();
        dashboard.replicas();
        dashboard.followers();
        dashboard.log();
        dashboard.batches();
        dashboard.waits();
        return List.copyOf(dashboard.lines);
    }

    private void throughput() {
        line(
                "reads/s %,16d     writes/s %,16d     writes in all %,16d",
                perSecond(reads), perSecond(since(before.index(), now.index())), now.index());
    }

    private void replicas() {
        Map<Integer, Long> submittedBefore = before.replicas().stream()
                .collect(Collectors.toMap(ReplicaStats::id, ReplicaStats::submitted, (one, same) -> one));
        line("");
        line("replica   node   state            submitted/s              lag");
        for (ReplicaStats replica : now.replicas()) {
            long submitted = since(submittedBefore.getOrDefault(replica.id(), 0L), replica.submitted());
            line(
                    "%7d %6d   %-11s %,16d %,16d",
                    replica.id(), replica.node(), replica.state(), perSecond(submitted), replica.lag());
        }
    }

    private void followers() {
        line("");
        line("follower                    index              lag          max lag");
        for (FollowerStats follower : now.followers()) {
            line(
                    "%-16s %,16d %,16d %,16d",
                    shortened(follower.name()), follower.index(), follower.lag(), follower.maxLag());
        }
    }

    private static String shortened(String name) {
        return name.length() <= 16 ? name : name.substring(0, 13) + "...";
    }

    private void log() {
        double share = (double) now.logOccupancy() / now.logCapacity();
        line("");
        line("log %s %4.0f %%   %,d of %,d entries", bar(share), 100 * share, now.logOccupancy(), now.logCapacity());
    }

    /** Adds the sizes of the batches since the first sample. Sizes that never occurred at all are left out. */
    private void batches() {
        long batches = since(before.batches(), now.batches());
        double mean = batches == 0 ? 0 : (double) since(before.index(), now.index()) / batches;
        line("");
        line("batches/s %,d, of %.2f writes on average", perSecond(batches), mean);
        List<Long> sizes = now.batchSizes();
        for (int i = 0; i < sizes.size(); i++) {
            if (sizes.get(i) > 0) {
                long ofSize = since(
                        i < before.batchSizes().size() ? before.batchSizes().get(i) : 0, sizes.get(i));
                double share = batches == 0 ? 0 : (double) ofSize / batches;
                line("%11s %s %5.1f %%", sizeClass(i, sizes.size()), bar(share), 100 * share);
            }
        }
    }

    private static String sizeClass(int index, int classes) {
        int largest = 1 << index;
        int smallest = largest / 2 + 1;
        if (index == classes - 1) {
            return smallest + " up";
        }
        return smallest >= largest ? "" + largest : smallest + "-" + largest;
    }

    private void waits() {
        Waits first = before.waits();
        Waits last = now.waits();
        line("");
        line("waits/s            spin            yield             park         log full   follower behind");
        line(
                "%,23d %,16d %,16d %,16d %,17d",
                perSecond(since(first.spins(), last.spins())),
                perSecond(since(first.yields(), last.yields())),
                perSecond(since(first.parks(), last.parks())),
                perSecond(since(first.logFull(), last.logFull())),
                perSecond(since(first.behind(), last.behind())));
        line("helps/s %,15d", perSecond(since(before.helps(), now.helps())));
    }

    /**
     * Returns the growth of a count. A count that has decreased restarted from zero, like that of a rebuilt replica.
     */
    private static long since(long before, long now) {
        return now < before ? now : now - before;
    }

    private long perSecond(long count) {
        return Math.round(count / seconds);
    }

    /** Draws a share. The figures are not of one moment, so a share may exceed 1. */
    private static String bar(double share) {
        int filled = (int) Math.round(Math.max(0, Math.min(1, share)) * BAR);
        return "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "]";
    }

    private void line(String format, Object... args) {
        lines.add(String.format(Locale.ROOT, format, args));
    }
}
