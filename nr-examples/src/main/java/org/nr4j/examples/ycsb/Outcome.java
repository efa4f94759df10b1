package org.nr4j.examples.ycsb;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The durations of a workload and of its operations, in nanoseconds. */
record Outcome(long nanos, Map<Operation, Histogram> latencies) {
    private static final int SIGNIFICANT_DIGITS = 3;

    static Outcome of(long nanos, List<Client> clients) {
        Map<Operation, Histogram> latencies = new EnumMap<>(Operation.class);
        for (Client client : clients) {
            client.latencies()
                    .forEach((operation, own) -> latencies
                            .computeIfAbsent(operation, none -> emptyHistogram())
                            .add(own));
        }
        return new Outcome(nanos, latencies);
    }

    static Histogram emptyHistogram() {
        return new Histogram(SIGNIFICANT_DIGITS);
    }

    /** Returns the durations of all operations together. */
    Histogram all() {
        Histogram all = emptyHistogram();
        latencies.values().forEach(all::add);
        return all;
    }
}
