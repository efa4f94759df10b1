package org.nr4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.Follower;
import org.nr4j.FollowerOptions;
import org.nr4j.NrStats;
import org.nr4j.NrStats.FollowerStats;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.NrStats.Waits;
import org.nr4j.Replicated;
import org.nr4j.topology.NumaTopology;

@Timeout(120)
class NrMetricsTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void meters_figuresOfTheStatistics_eachUnderItsNameAndTags() {
        NrMetrics metrics = new NrMetrics(NrMetricsTest::figures, Tags.of("map", "prices"));
        metrics.bindTo(registry);

        assertThat(counter("nr4j.writes")).isEqualTo(100);
        assertThat(counter("nr4j.batches")).isEqualTo(40);
        assertThat(counter("nr4j.helps")).isEqualTo(7);
        assertThat(counter("nr4j.waits", "kind", "spin")).isEqualTo(1);
        assertThat(counter("nr4j.waits", "kind", "yield")).isEqualTo(2);
        assertThat(counter("nr4j.waits", "kind", "park")).isEqualTo(3);
        assertThat(counter("nr4j.waits", "kind", "log.full")).isEqualTo(4);
        assertThat(counter("nr4j.waits", "kind", "follower.behind")).isEqualTo(5);
        assertThat(gauge("nr4j.log.occupancy")).isEqualTo(12);
        assertThat(gauge("nr4j.log.capacity")).isEqualTo(64);
        assertThat(gauge("nr4j.replica.lag", "replica", "0", "node", "0")).isEqualTo(0);
        assertThat(gauge("nr4j.replica.lag", "replica", "3", "node", "1")).isEqualTo(9);
        assertThat(gauge("nr4j.replica.state", "replica", "3", "state", "quarantined"))
                .isEqualTo(1);
        assertThat(gauge("nr4j.replica.state", "replica", "3", "state", "serving"))
                .isEqualTo(0);
        assertThat(gauge("nr4j.replica.state", "replica", "0", "state", "serving"))
                .isEqualTo(1);
        assertThat(gauge("nr4j.follower.lag", "follower", "audit")).isEqualTo(6);
        assertThat(registry.getMeters())
                .allMatch(meter -> "prices".equals(meter.getId().getTag("map")));
    }

    @Test
    void followersOfOneName_theLargestLagCounts() {
        NrMetrics metrics = new NrMetrics(NrMetricsTest::figures, Tags.empty());
        metrics.bindTo(registry);

        assertThat(gauge("nr4j.follower.lag", "follower", "twice")).isEqualTo(8);
        assertThat(registry.find("nr4j.follower.lag").meters()).hasSize(2);
    }

    @Test
    void scrape_readsTheStatisticsOnce() {
        AtomicInteger reads = new AtomicInteger();
        NrMetrics metrics = new NrMetrics(
                () -> {
                    reads.incrementAndGet();
                    return figures();
                },
                Tags.empty());
        metrics.bindTo(registry);
        reads.set(0);

        metrics.refresh();
        registry.getMeters().forEach(Meter::measure);

        assertThat(reads).hasValue(1);
    }

    @Test
    void replicasComeAndGo_metersFollow() {
        try (Replicated<TreeMap<Integer, Integer>> map = map()) {
            NrMetrics metrics = new NrMetrics(map::stats, Tags.empty());
            metrics.bindTo(registry);
            assertThat(tags("nr4j.replica.lag", "replica")).containsExactly("0", "1");

            map.removeReplica(0);
            map.addReplica(1);
            assertThat(tags("nr4j.replica.lag", "replica"))
                    .as("until refreshed")
                    .containsExactly("0", "1");
            metrics.refresh();

            assertThat(tags("nr4j.replica.lag", "replica")).containsExactly("1", "2");
            assertThat(tags("nr4j.replica.state", "replica")).containsExactly("1", "2");
            assertThat(gauge("nr4j.replica.lag", "replica", "2", "node", "1")).isEqualTo(0);
        }
    }

    @Test
    void followersComeAndGo_metersFollow() {
        try (Replicated<TreeMap<Integer, Integer>> map = map()) {
            NrMetrics metrics = new NrMetrics(map::stats, Tags.empty());
            metrics.bindTo(registry);
            assertThat(registry.find("nr4j.follower.lag").meters()).isEmpty();

            CountDownLatch goOn = new CountDownLatch(1);
            Follower follower = map.follow(
                    (index, writes) -> goOn.await(), FollowerOptions.defaults().name("held"));
            for (int i = 0; i < 5; i++) {
                int key = i;
                map.write(m -> m.put(key, key));
            }
            metrics.refresh();
            assertThat(gauge("nr4j.follower.lag", "follower", "held")).isEqualTo(5);

            goOn.countDown();
            follower.finish();
            follower.ended().join();
            metrics.refresh();
            assertThat(registry.find("nr4j.follower.lag").meters()).isEmpty();
        }
    }

    @Test
    void counters_writesSinceTheLastRefresh_shownAtTheNext() {
        try (Replicated<TreeMap<Integer, Integer>> map = map()) {
            NrMetrics metrics = new NrMetrics(map::stats, Tags.empty());
            metrics.bindTo(registry);

            map.write(m -> m.put(1, 1));
            map.sync();
            assertThat(counter("nr4j.writes")).isEqualTo(0);
            metrics.refresh();
            assertThat(counter("nr4j.writes")).isEqualTo(1);
            assertThat(gauge("nr4j.replica.lag", "replica", "1")).isEqualTo(0);
        }
    }

    @Test
    void twoRegistries_bothFollow() {
        MeterRegistry other = new SimpleMeterRegistry();
        try (Replicated<TreeMap<Integer, Integer>> map = map()) {
            NrMetrics metrics = new NrMetrics(map::stats, Tags.empty());
            metrics.bindTo(registry);
            metrics.bindTo(other);
            map.removeReplica(1);
            metrics.refresh();

            assertThat(registry.find("nr4j.replica.lag").meters()).hasSize(1);
            assertThat(other.find("nr4j.replica.lag").meters()).hasSize(1);
        }
    }

    @Test
    void new_null_ruleAndRemedy() {
        assertThatThrownBy(() -> new NrMetrics(null, Tags.empty()))
                .hasMessage("source must not be null: pass one such as map::stats");
        assertThatThrownBy(() -> new NrMetrics(NrMetricsTest::figures, null))
                .hasMessage("tags must not be null: pass Tags.empty() for a single instance");
    }

    private static Replicated<TreeMap<Integer, Integer>> map() {
        return Replicated.<TreeMap<Integer, Integer>>builder(TreeMap::new)
                .copier(TreeMap::new)
                .topology(NumaTopology.simulated(2, 1))
                .build();
    }

    private static NrStats figures() {
        return new NrStats(
                100,
                40,
                List.of(40L),
                64,
                12,
                7,
                new Waits(1, 2, 3, 4, 5),
                List.of(
                        new ReplicaStats(0, 0, ReplicaState.SERVING, 50, 0),
                        new ReplicaStats(3, 1, ReplicaState.QUARANTINED, 50, 9)),
                List.of(
                        new FollowerStats("audit", 94, 6, 1000),
                        new FollowerStats("twice", 98, 2, 1000),
                        new FollowerStats("twice", 92, 8, 1000)),
                "none");
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private List<String> tags(String name, String key) {
        return registry.find(name).meters().stream()
                .map(meter -> meter.getId().getTag(key))
                .distinct()
                .sorted()
                .toList();
    }
}
