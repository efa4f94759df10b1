package org.nr4j.bench;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.topology.NumaTopology;

/** What {@link Latency} measures for one way of sharing, in a JVM of its own: the throughput without a schedule, then runs at each rate, then the same with operations that do nothing. For one thread. */
final class LatencyMeasurement {
    /**
     * What came of one rate.
     *
     * @param target how the rate was given: {@code load=0.3} or {@code rate=2.0}
     * @param closed without a schedule
     * @param idle with operations that do nothing
     */
    record AtRate(
            String target,
            List<OpenLoop.Outcome> runs,
            ClosedLoop.Outcome closed,
            OpenLoop.Outcome idle,
            String placement)
            implements Serializable {}

    private final Options options;
    private final int writes;
    private final long nanos;
    private final long warmNanos;
    private final Workload workload;
    private final Crew crew;
    private final boolean cpuForEach;

    private LatencyMeasurement(Options options, Workload workload, Crew crew, int cpus) {
        this.options = options;
        this.writes = options.number("writes", 0);
        this.nanos = Sweep.nanos(options, "seconds");
        this.warmNanos = Sweep.nanos(options, "warm");
        this.workload = workload;
        this.crew = crew;
        this.cpuForEach = crew.size() <= cpus;
    }

    /** Measures; a result for each rate. */
    static List<AtRate> measure(Options options) throws InterruptedException {
        NumaTopology topology = NumaTopology.detect();
        try (Workload workload = Sweep.workload(options, topology);
                Crew crew = Sweep.crew(options, topology)) {
            return new LatencyMeasurement(options, workload, crew, Environment.cpus(topology)).atAllRates();
        }
    }

    private List<AtRate> atAllRates() throws InterruptedException {
        ClosedLoop.Outcome closed = closed();
        Map<String, Double> rates = rates(closed.rate());
        Map<String, List<OpenLoop.Outcome>> runs = new LinkedHashMap<>();
        for (String target : rates.keySet()) {
            runs.put(target, runs(rates.get(target)));
        }
        // After all others: the compilers would prepare the loop for two workloads.
        OpenLoop idle = new OpenLoop(new Idle(), writes, cpuForEach);
        List<AtRate> results = new ArrayList<>();
        for (String target : rates.keySet()) {
            results.add(new AtRate(
                    target, runs.get(target), closed, idle.run(crew, rates.get(target), nanos, 1), crew.placement()));
        }
        return results;
    }

    private ClosedLoop.Outcome closed() throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(workload, writes, 1);
        loop.forTime(crew, warmNanos);
        settle();
        ClosedLoop.Outcome closed = loop.forTime(crew, nanos);
        if (!(closed.rate() > 0)) {
            throw new IllegalStateException("without a schedule something must be done in the time: seconds="
                    + nanos / 1e9 + "; make it longer");
        }
        return closed;
    }

    private List<OpenLoop.Outcome> runs(double rate) throws InterruptedException {
        OpenLoop loop = new OpenLoop(workload, writes, cpuForEach);
        loop.run(crew, rate, warmNanos, 0);
        List<OpenLoop.Outcome> outcomes = new ArrayList<>();
        for (int run = 1; run <= options.number("runs", 1); run++) {
            settle();
            outcomes.add(loop.run(crew, rate, nanos, run));
        }
        return outcomes;
    }

    private void settle() {
        System.gc(); // none in the section, if it can be helped
        workload.settle();
    }

    private Map<String, Double> rates(double capacity) {
        Map<String, Double> rates = new LinkedHashMap<>();
        List<Double> given = options.positives("rate");
        given.forEach(rate -> rates.put("rate=" + rate, rate));
        if (given.isEmpty()) {
            options.positives("load").forEach(load -> rates.put("load=" + load, load * capacity));
        }
        return rates;
    }

    /** Operations that do nothing. */
    private static final class Idle implements Workload {
        @Override
        public Object read(long roll) {
            return this;
        }

        @Override
        public Object write(long roll) {
            return this;
        }
    }
}
