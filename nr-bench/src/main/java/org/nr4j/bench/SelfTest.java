package org.nr4j.bench;

import java.util.List;

/**
 * Checks figures of simple workloads on the simulated machine against values known by arithmetic. If a median is
 * outside its bounds, the model has drifted, and its other figures mean nothing.
 */
final class SelfTest {
    /** A bound: the sum of some counts per operation must stay below it. */
    record Limit(List<String> counts, double most) {
        /**
         * Parses a limit such as {@code far<3} or {@code near+far<5}.
         *
         * @throws IllegalArgumentException if the text has another form
         */
        static Limit parse(String text) {
            String[] sides = text.split("<", -1);
            List<String> counts = List.of(sides[0].split("\\+", -1));
            if (sides.length != 2
                    || !sides[1].matches("\\d+(\\.\\d+)?")
                    || !SimulationResult.COUNTS.containsAll(counts)) {
                throw new IllegalArgumentException("a limit must be COUNT+COUNT<NUMBER: limit=" + text
                        + "; the counts are " + SimulationResult.COUNTS);
            }
            return new Limit(counts, Double.parseDouble(sides[1]));
        }
    }

    private final SimulationResult result;
    private final int threads;
    private boolean passed = true;

    private SelfTest(SimulationResult result) {
        this.result = result;
        this.threads = result.subject().threads();
    }

    /** Returns whether a result is as expected, or there is no expectation. Prints what is not as expected. */
    static boolean holds(SimulationResult result) {
        SelfTest test = new SelfTest(result);
        switch (result.subject().way()) {
            case "shared" -> test.shared();
            case "padded" -> test.padded();
            case "node" -> test.node();
            case "park" -> test.park();
            default -> {
                // nothing is known
            }
        }
        return test.passed;
    }

    /** Returns whether the figure stays below its limit. Prints it if it does not. */
    static boolean isWithin(SimulationResult result, Limit limit) {
        SelfTest test = new SelfTest(result);
        double sum = limit.counts.stream().mapToDouble(result::perOperation).sum();
        test.between(String.join("+", limit.counts), sum, 0, limit.most);
        return test.passed;
    }

    /**
     * Checks one counter. On one node, its cache line goes from cpu to cpu, and each cpu holds it for some time. How
     * many increments a cpu makes in that time depends on how long an increment takes.
     */
    private void shared() {
        if (threads == 1) {
            transfers(0, 0);
        } else if (result.nodesInUse() == 1) {
            between("far", result.perOperation("far"), 0, 0.1);
            between("near", result.perOperation("near"), 0.3, 1.1);
            handovers(1);
        } else {
            between("near + far", result.perOperation("near") + result.perOperation("far"), 0.9, 1.5);
            between("far", result.perOperation("far"), 0.2, 1.5);
        }
    }

    /** Checks a counter for each thread: there are no transfers, and each thread is as fast as one alone. */
    private void padded() {
        transfers(0, 0);
        between("Mops/s", result.rate(), threads * 15, threads * 80);
    }

    /** Checks a counter for each node: the total is that of one node times the number of nodes. */
    private void node() {
        between("far", result.perOperation("far"), 0, 0.1);
        if (threads % result.machine().cpusPerNode() == 0) {
            between("near", result.perOperation("near"), 0.3, 1.1);
            handovers(result.nodesInUse());
        }
    }

    /** Checks that sleeps are of simulated time. */
    private void park() {
        double slept = 1e3 / SimulatedWorkload.PARK_NANOS * threads;
        between("Mops/s", result.rate(), 0.6 * slept, 1.1 * slept);
    }

    /** Checks that, on each node, a line goes from cpu to cpu as fast as the transfer and the holding time allow. */
    private void handovers(int nodes) {
        double nanos = result.median(
                outcome -> outcome.counts().get("c2c_ns") + outcome.counts().get("hold_ns"));
        double most = nodes * 1e3 / nanos;
        between("M handovers/s", result.rate() * result.perOperation("near"), 0.85 * most, 1.05 * most);
    }

    private void transfers(double near, double far) {
        between("near", result.perOperation("near"), near - 0.1, near + 0.1);
        between("far", result.perOperation("far"), far - 0.1, far + 0.1);
    }

    private void between(String what, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            passed = false;
            System.out.printf(
                    "FAILED: the figure must be within its bounds: way=%s threads=%d %s=%.2f expected=[%.2f, %.2f]%n",
                    result.subject().way(), threads, what, value, low, high);
        }
    }
}
