package org.nr4j.examples.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nr4j.NrStats;
import org.nr4j.NrStats.FollowerStats;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.NrStats.Waits;

class DashboardTest {
    private static final int CLASSES = 12;
    private static final long HUGE = 1_000_000_000L;
    private static final Waits NO_WAITS = new Waits(0, 0, 0, 0, 0);
    private static final List<ReplicaStats> ONE_REPLICA = List.of(replica(0, ReplicaState.SERVING, 0, 0));

    @Test
    void render_twoSamples_ratesOfTheTimeBetween() {
        Sample before = new Sample(
                seconds(10),
                stats(
                        1_000,
                        sizes(400, 200),
                        0,
                        5,
                        NO_WAITS,
                        List.of(replica(0, ReplicaState.SERVING, 600, 0), replica(1, ReplicaState.SERVING, 400, 0)),
                        List.of()),
                50_000);
        Sample now = new Sample(
                seconds(12),
                stats(
                        3_000,
                        sizes(1_000, 400, 0, 200),
                        16,
                        15,
                        new Waits(20, 40, 60, 80, 100),
                        List.of(
                                replica(0, ReplicaState.SERVING, 2_600, 0),
                                replica(1, ReplicaState.QUARANTINED, 400, 12)),
                        List.of(new FollowerStats("listener", 2_990, 10, 65_536))),
                2_050_000);

        assertThat(Dashboard.render(before, now))
                .containsExactly(
                        "reads/s        1,000,000     writes/s            1,000     writes in all            3,000",
                        "",
                        "replica   node   state            submitted/s              lag",
                        "      0      0   SERVING                1,000                0",
                        "      1      1   QUARANTINED                0               12",
                        "",
                        "follower                    index              lag          max lag",
                        "listener                    2,990               10           65,536",
                        "",
                        "log [##########------------------------------]   25 %   16 of 64 entries",
                        "",
                        "batches/s 500, of 2.00 writes on average",
                        "          1 [########################----------------]  60.0 %",
                        "          2 [########--------------------------------]  20.0 %",
                        "        5-8 [########--------------------------------]  20.0 %",
                        "",
                        "waits/s            spin            yield             park         log full   follower behind",
                        "                     10               20               30               40                50",
                        "helps/s               5");
    }

    @Test
    void render_isAFunction() {
        Sample sample = new Sample(0, stats(5, sizes(5), 1, 0, NO_WAITS, ONE_REPLICA, List.of()), 1);

        assertThat(Dashboard.render(sample, sample)).isEqualTo(Dashboard.render(sample, sample));
    }

    @Test
    void render_nothingHappened_zerosAndNoNotANumber() {
        Sample idle = new Sample(seconds(1), stats(0, sizes(), 0, 0, NO_WAITS, ONE_REPLICA, List.of()), 0);

        assertThat(Dashboard.render(idle, idle))
                .contains("batches/s 0, of 0.00 writes on average")
                .contains("helps/s               0")
                .noneMatch(line -> line.contains("NaN") || line.contains("Infinity"));
    }

    @Test
    void render_replicaAddedOrRebuilt_itsCountBeginsAnew() {
        Sample before = new Sample(
                seconds(1),
                stats(900, sizes(900), 0, 0, NO_WAITS, List.of(replica(0, ReplicaState.SERVING, 900, 0)), List.of()),
                0);
        Sample now = new Sample(
                seconds(2),
                stats(
                        1_000,
                        sizes(1_000),
                        0,
                        0,
                        NO_WAITS,
                        List.of(replica(0, ReplicaState.SERVING, 70, 0), replica(5, ReplicaState.SERVING, 30, 0)),
                        List.of()),
                0);

        assertThat(Dashboard.render(before, now))
                .contains("      0      0   SERVING                   70                0")
                .contains("      5      1   SERVING                   30                0");
    }

    @Test
    void render_largestBatchesAndFullLogAndLongNames_fit() {
        List<Long> all = new ArrayList<>(Collections.nCopies(CLASSES, 1_000_000_000L));
        Sample now = new Sample(
                seconds(1),
                stats(
                        900_000_000_000L,
                        all,
                        70,
                        HUGE,
                        new Waits(HUGE, HUGE, HUGE, HUGE, HUGE),
                        List.of(replica(63, ReplicaState.QUARANTINED, HUGE, HUGE)),
                        List.of(new FollowerStats("a follower with a long name", HUGE, HUGE, HUGE))),
                HUGE);
        Sample before = new Sample(0, stats(0, sizes(), 0, 0, NO_WAITS, ONE_REPLICA, List.of()), 0);

        List<String> lines = Dashboard.render(before, now);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("    1025 up ["))
                .anyMatch(line -> line.startsWith("   513-1024 ["))
                .anyMatch(line -> line.startsWith("a follower wi..."))
                .contains("log [########################################]  109 %   70 of 64 entries")
                .allMatch(line -> line.length() <= 100);
        assertThat(lines).allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c <= '~'));
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Of a log of 64 entries. */
    private static NrStats stats(
            long index,
            List<Long> batchSizes,
            long logOccupancy,
            long helps,
            Waits waits,
            List<ReplicaStats> replicas,
            List<FollowerStats> followers) {
        long batches = batchSizes.stream().mapToLong(Long::longValue).sum();
        return new NrStats(
                index, batches, batchSizes, 64, logOccupancy, helps, waits, replicas, followers, "NOT_NEEDED");
    }

    /** A replica on node 0 if its number is even, else on node 1. */
    private static ReplicaStats replica(int id, ReplicaState state, long submitted, long lag) {
        return new ReplicaStats(id, id % 2, state, submitted, lag);
    }

    private static List<Long> sizes(long... batches) {
        List<Long> sizes = new ArrayList<>(Collections.nCopies(CLASSES, 0L));
        for (int i = 0; i < batches.length; i++) {
            sizes.set(i, batches[i]);
        }
        return sizes;
    }
}
