package org.nr4j.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is known of simple workloads on the simulated machine, by arithmetic. Where a median falls outside, the model has drifted and its other figures mean nothing. */
final class SimulationTest {
    private final String way;
    private final int threads;
    private final List<SimulatedSection.Outcome> outcomes;
    private boolean passed = true;

    private SimulationTest(String way, int threads, List<SimulatedSection.Outcome> outcomes) {
        this.way = way;
        this.threads = threads;
        this.outcomes = outcomes;
    }

    /** Whether these outcomes are as expected; true where nothing is known. Says what is not. */
    static boolean holds(String way, int threads, List<SimulatedSection.Outcome> outcomes, SimulatedMachine machine) {
        SimulationTest test = new SimulationTest(way, threads, outcomes);
        boolean oneNode = threads <= machine.cpusPerNode();
        double transferNanos = 45; // between cpus of a node
        switch (way) {
            case "shared" -> {
                if (threads > 1 && oneNode) {
                    test.transfers(/* near= */ 1, /* far= */ 0);
                    test.between(
                            "Mops/s", SimulatedSection.Outcome::rate, 0.85e3 / transferNanos, 1.05e3 / transferNanos);
                } else if (threads > 1) {
                    test.between(
                            "near + far",
                            outcome -> outcome.perOperation("near") + outcome.perOperation("far"),
                            0.95,
                            1.5);
                    test.between("far", outcome -> outcome.perOperation("far"), 0.2, 1.5);
                }
            }
            case "padded" -> {
                test.transfers(0, 0);
                test.between("Mops/s", SimulatedSection.Outcome::rate, threads * 15, threads * 80);
            }
            case "node" -> {
                test.transfers(threads > 1 ? 1 : 0, 0);
                if (threads == machine.cpus()) {
                    double all = machine.nodes() * 1e3 / transferNanos;
                    test.between("Mops/s", SimulatedSection.Outcome::rate, 0.8 * all, 1.05 * all);
                }
            }
            case "park" -> {
                double slept = 1e3 / SimulatedWorkload.PARK_NANOS * threads;
                test.between("Mops/s", SimulatedSection.Outcome::rate, 0.6 * slept, 1.1 * slept);
            }
            default -> {
                // nothing is known
            }
        }
        return test.passed;
    }

    private void transfers(double near, double far) {
        between("near", outcome -> outcome.perOperation("near"), near - 0.1, near + 0.1);
        between("far", outcome -> outcome.perOperation("far"), far - 0.1, far + 0.1);
    }

    private void between(String what, ToDoubleFunction<SimulatedSection.Outcome> value, double low, double high) {
        double median = Simulation.median(Simulation.sorted(outcomes, value));
        if (!(median >= low && median <= high)) {
            passed = false;
            System.out.printf(
                    "FAILED: the model must give what arithmetic does: way=%s threads=%d %s=%.2f expected=[%.2f, %.2f]%n",
                    way, threads, what, median, low, high);
        }
    }
}
