package org.nr4j.bench;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.topology.NumaTopology;

/**
 * The measurements of {@link Latency} for one way of sharing, in a JVM of its own. First it measures the throughput
 * without a schedule, then runs at each rate, then the same with operations that do nothing. One thread may use it.
 */
final class LatencyMeasurement {
    /**
     * The results at one rate.
     *
     * @param target the rate as the user gave it: {@code load=0.3} or {@code rate=2.0}
     * @param closed the result without a schedule
     * @param others how many cpus other processes used in each run
     * @param idle one run with operations that do nothing
     */
    record AtRate(
            String target,
            ClosedLoop.Outcome closed,
            String placement,
            List<OpenLoop.Outcome> runs,
            List<Double> others,
            List<OpenLoop.Outcome> idle)
            implements Serializable {}

    private final Options options;
    private final int writes;
    private final long nanos;
    private final long warmNanos;
    private final Workload workload;
    private final Crew crew;
    private final boolean cpuForEach;
    private final Disturbance disturbance;

    private LatencyMeasurement(Options options, Workload workload, Crew crew, NumaTopology topology) {
        this.options = options;
        this.writes = options.number("writes", 0);
        this.nanos = Sweep.nanos(options, "seconds");
        this.warmNanos = Sweep.nanos(options, "warm");
        this.workload = workload;
        this.crew = crew;
        this.cpuForEach = crew.size() <= Environment.cpus(topology);
        this.disturbance = new Disturbance(topology);
    }

    /** Measures. Returns a result for each rate. */
    static List<AtRate> measure(Options options) throws InterruptedException {
        NumaTopology topology = NumaTopology.detect();
        try (Workload workload = Sweep.workload(options, topology);
                Crew crew = Sweep.crew(options, topology)) {
            return new LatencyMeasurement(options, workload, crew, topology).atAllRates();
        }
    }

    private List<AtRate> atAllRates() throws InterruptedException {
        ClosedLoop.Outcome closed = closed();
        Map<String, Double> rates = rates(closed.rate());
        List<AtRate> results = new ArrayList<>();
        for (String target : rates.keySet()) {
            results.add(atRate(target, rates.get(target), closed));
        }
        // Last, because the compilers would otherwise prepare the loop for two workloads.
        OpenLoop loop = new OpenLoop(new Idle(), writes, cpuForEach);
        for (AtRate result : results) {
            result.idle.add(loop.run(crew, rates.get(result.target), nanos, 1));
        }
        return results;
    }

    private ClosedLoop.Outcome closed() throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(workload, writes, 1);
        loop.forTime(crew, warmNanos);
        settle();
        return loop.forTime(crew, nanos);
    }

    private AtRate atRate(String target, double rate, ClosedLoop.Outcome closed) throws InterruptedException {
        AtRate result =
                new AtRate(target, closed, crew.placement(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        OpenLoop loop = new OpenLoop(workload, writes, cpuForEach);
        loop.run(crew, rate, warmNanos, 0);
        for (int run = 1; run <= options.number("runs", 1); run++) {
            settle();
            disturbance.begin();
            result.runs.add(loop.run(crew, rate, nanos, run));
            result.others.add(disturbance.cpusOfOthers());
        }
        return result;
    }

    private void settle() {
        System.gc(); // so that no collection is likely in the section
        workload.settle();
    }

    private Map<String, Double> rates(double capacity) {
        Map<String, Double> rates = new LinkedHashMap<>();
        List<Double> given = options.positives("rate");
        given.forEach(rate -> rates.put("rate=" + rate, rate));
        if (given.isEmpty()) {
            if (!(capacity > 0)) {
                throw new IllegalStateException("without a schedule something must be done in the time: seconds="
                        + nanos / 1e9 + "; make it longer");
            }
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
