package org.nr4j.examples;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Comparator;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nr4j.FollowerOptions;
import org.nr4j.Replicated;
import org.nr4j.topology.NumaTopology;

/**
 * The statistics of an instance as metrics.
 *
 * <p>Shows {@link NrMetrics}, a binder for Micrometer, which passes metrics on to Prometheus and other systems. Here a
 * registry in memory replaces these systems, and the example prints what they would scrape. Call {@code refresh()}
 * before each scrape, or on a schedule.
 *
 * <p>Run: {@code ./mvnw -q -pl nr-examples -am compile exec:java -Dexec.mainClass=org.nr4j.examples.MicrometerExample}
 */
public final class MicrometerExample {
    private static final int WRITES = 1_000;

    private MicrometerExample() {}

    public static void main(String[] args) {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Replicated<TreeMap<Integer, Integer>> map = Replicated.<TreeMap<Integer, Integer>>builder(TreeMap::new)
                .copier(TreeMap::new)
                .topology(NumaTopology.simulated(2, 1))
                .build()) {
            NrMetrics metrics = new NrMetrics(map::stats, Tags.of("instance", "squares"));
            metrics.bindTo(registry);

            for (int i = 0; i < WRITES; i++) {
                int number = i;
                map.write(squares -> squares.put(number, number * number));
            }
            map.sync();
            scrape("after " + WRITES + " writes", metrics, registry);

            map.removeReplica(0);
            map.addReplica(1);
            map.follow((index, writes) -> {}, FollowerOptions.defaults().name("listener"));
            scrape("replica 0 removed, another one and a follower added", metrics, registry);
        }
    }

    private static void scrape(String title, NrMetrics metrics, MeterRegistry registry) {
        System.out.println(title);
        metrics.refresh();
        registry.getMeters().stream()
                .map(MicrometerExample::line)
                .sorted(Comparator.naturalOrder())
                .forEach(System.out::println);
    }

    private static String line(Meter meter) {
        String tags = meter.getId().getTags().stream()
                .filter(tag -> !tag.getKey().equals("instance"))
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
        double value = meter.measure().iterator().next().getValue();
        return "  " + meter.getId().getName() + (tags.equals("{}") ? "" : tags) + " " + (long) value;
    }
}
