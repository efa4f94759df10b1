package org.nr4j.examples;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.nr4j.NrStats;
import org.nr4j.NrStats.FollowerStats;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.NrStats.Waits;

/**
 * The statistics of an instance as Micrometer meters. Copy this class into a program that uses Micrometer; see
 * {@link MicrometerExample}.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>type</th><th>tags</th><th></th></tr>
 * <tr><td>nr4j.writes</td><td>counter</td><td></td><td>writes, in operations</td></tr>
 * <tr><td>nr4j.batches</td><td>counter</td><td></td><td>batches that carried them</td></tr>
 * <tr><td>nr4j.helps</td><td>counter</td><td></td><td>times a combiner applied the log for another replica</td></tr>
 * <tr><td>nr4j.waits</td><td>counter</td><td>kind</td><td>steps of waiting: spin, yield, park, log.full,
 * follower.behind</td></tr>
 * <tr><td>nr4j.log.occupancy, nr4j.log.capacity</td><td>gauge</td><td></td><td>entries in the log, and how many
 * fit</td></tr>
 * <tr><td>nr4j.replica.lag</td><td>gauge</td><td>replica, node</td><td>writes it has yet to apply</td></tr>
 * <tr><td>nr4j.replica.state</td><td>gauge</td><td>replica, node, state</td><td>1 for the state it is in, 0 for the
 * others</td></tr>
 * <tr><td>nr4j.follower.lag</td><td>gauge</td><td>follower</td><td>writes it has yet to consume; of followers with one
 * name, the largest</td></tr>
 * </table>
 *
 * <p>All meters show the statistics as they were at the last {@link #refresh}. They are therefore consistent with each
 * other, and a scrape reads the statistics once. Call {@code refresh} before each scrape, or on a schedule:
 * {@code scheduler.scheduleAtFixedRate(metrics::refresh, 10, 10, SECONDS)}. Meters of replicas and followers appear and
 * disappear with these. The registry does not keep this object alive: keep it as long as the instance. Any thread may
 * call the methods.
 */
public final class NrMetrics implements MeterBinder {
    private static final String ENTRIES = "entries";
    private static final String OPERATIONS = "operations";

    private final Supplier<NrStats> source;
    private final Tags tags;
    private final List<Rows> rows = new CopyOnWriteArrayList<>();
    private volatile NrStats stats;

    /** The meters with one line for each replica or follower, in one registry. */
    private record Rows(MultiGauge replicaLags, MultiGauge replicaStates, MultiGauge followerLags) {}

    /**
     * Creates meters for one instance.
     *
     * @param source the statistics of the instance, such as {@code map::stats}
     * @param tags distinguish the instance from others in the same registry
     */
    public NrMetrics(Supplier<NrStats> source, Tags tags) {
        this.source = Objects.requireNonNull(source, "source must not be null: pass one such as map::stats");
        this.tags = Objects.requireNonNull(tags, "tags must not be null: pass Tags.empty() for a single instance");
        this.stats = source.get();
    }

    /** Reads the statistics. All meters show them until the next call. */
    public synchronized void refresh() {
        stats = source.get();
        rows.forEach(this::show);
    }

    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        counter(registry, "nr4j.writes", OPERATIONS, "Writes so far", NrStats::index);
        counter(registry, "nr4j.batches", "batches", "Batches that carried the writes so far", NrStats::batches);
        counter(registry, "nr4j.helps", "helps", "Times the log was applied for another replica", NrStats::helps);
        waits(registry, "spin", Waits::spins);
        waits(registry, "yield", Waits::yields);
        waits(registry, "park", Waits::parks);
        waits(registry, "log.full", Waits::logFull);
        waits(registry, "follower.behind", Waits::behind);
        gauge(registry, "nr4j.log.occupancy", "Entries in the log", NrStats::logOccupancy);
        gauge(registry, "nr4j.log.capacity", "Entries that fit into the log", NrStats::logCapacity);

        Rows ofRegistry = new Rows(
                rows(registry, "nr4j.replica.lag", OPERATIONS, "Writes that the replica has yet to apply"),
                rows(registry, "nr4j.replica.state", null, "1 for the state that the replica is in"),
                rows(registry, "nr4j.follower.lag", OPERATIONS, "Writes that the follower has yet to consume"));
        rows.add(ofRegistry);
        show(ofRegistry);
    }

    private void counter(
            MeterRegistry registry, String name, String unit, String description, ToDoubleFunction<NrStats> value) {
        FunctionCounter.builder(name, this, self -> value.applyAsDouble(self.stats))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private void waits(MeterRegistry registry, String kind, ToDoubleFunction<Waits> value) {
        FunctionCounter.builder("nr4j.waits", this, self -> value.applyAsDouble(self.stats.waits()))
                .tags(tags)
                .tag("kind", kind)
                .description("Steps that threads did that had to wait")
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<NrStats> value) {
        Gauge.builder(name, this, self -> value.applyAsDouble(self.stats))
                .tags(tags)
                .baseUnit(ENTRIES)
                .description(description)
                .register(registry);
    }

    private MultiGauge rows(MeterRegistry registry, String name, String unit, String description) {
        return MultiGauge.builder(name)
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private void show(Rows ofRegistry) {
        ofRegistry.replicaLags.register(replicaLags(), /* overwrite= */ true);
        ofRegistry.replicaStates.register(replicaStates(), /* overwrite= */ true);
        ofRegistry.followerLags.register(followerLags(), /* overwrite= */ true);
    }

    private List<Row<?>> replicaLags() {
        List<Row<?>> result = new ArrayList<>();
        for (ReplicaStats replica : stats.replicas()) {
            result.add(Row.of(tagsOf(replica), replica.lag()));
        }
        return result;
    }

    private List<Row<?>> replicaStates() {
        List<Row<?>> result = new ArrayList<>();
        for (ReplicaStats replica : stats.replicas()) {
            for (ReplicaState state : ReplicaState.values()) {
                result.add(Row.of(
                        tagsOf(replica).and("state", state.name().toLowerCase(Locale.ROOT)),
                        replica.state() == state ? 1 : 0));
            }
        }
        return result;
    }

    private static Tags tagsOf(ReplicaStats replica) {
        return Tags.of("replica", "" + replica.id(), "node", "" + replica.node());
    }

    private List<Row<?>> followerLags() {
        Map<String, Long> lags = new LinkedHashMap<>();
        for (FollowerStats follower : stats.followers()) {
            lags.merge(follower.name(), follower.lag(), Math::max);
        }
        List<Row<?>> result = new ArrayList<>();
        lags.forEach((name, lag) -> result.add(Row.of(Tags.of("follower", name), lag)));
        return result;
    }
}
