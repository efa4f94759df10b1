package org.nr4j.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/** The work of a simulation's threads: operations on a shared structure, or a test of the model. */
interface SimulatedWorkload {
    /** How long an operation of {@link #parking} asks to sleep, in nanoseconds. */
    long PARK_NANOS = 10_000;

    /**
     * Returns the operation that the thread on a cpu repeats. For structures, {@code writes} is the share of writes in
     * per cent.
     */
    SimulatedSection.Operation operation(int cpu, int writes);

    /** Brings all replicas up to date before a measurement. No operation may run meanwhile. */
    default void settle() {}

    /**
     * Creates a test of the model, a map with several logs ({@code cnr} and their number), or a structure shared in one
     * of the ways of {@link Structures}.
     */
    static SimulatedWorkload of(String way, String structure, Workload.Size size, SimulatedMachine machine) {
        return switch (way) {
            case "shared" -> counters(1, cpu -> 0);
            case "padded" -> counters(machine.cpus(), cpu -> cpu);
            case "node" -> counters(machine.nodes(), machine::nodeOf);
            case "park" -> parking();
            default ->
                shared(
                        way.matches("cnr\\d+")
                                ? Structures.of(
                                        new PartitionedMapSubject(MapSubject.Kind.of(structure), size.entries(), 0),
                                        way,
                                        size.replicas(),
                                        machine.topology())
                                : Structures.of(structure, way, size, machine.topology()));
        };
    }

    /** Creates counters; each cpu increments the counter with the number that {@code counterOfCpu} gives. */
    static SimulatedWorkload counters(int count, IntUnaryOperator counterOfCpu) {
        int wordsApart = 32; // 256 bytes
        AtomicLongArray counters = new AtomicLongArray((count + 2) * wordsApart);
        return (cpu, writes) -> {
            int counter = (counterOfCpu.applyAsInt(cpu) + 1) * wordsApart;
            return roll -> counters.getAndIncrement(counter);
        };
    }

    /** Creates sleeps of ten microseconds, to test that they are of simulated time. */
    private static SimulatedWorkload parking() {
        return (cpu, writes) -> roll -> {
            LockSupport.parkNanos(PARK_NANOS);
            return 1;
        };
    }

    private static SimulatedWorkload shared(Workload workload) {
        return new SimulatedWorkload() {
            @Override
            public SimulatedSection.Operation operation(int cpu, int writes) {
                return roll -> workload.run(roll, writes);
            }

            @Override
            public void settle() {
                workload.settle();
            }
        };
    }
}
