package org.nr4j.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;

/** What the threads of a simulation do: operations on a shared structure, or what the model is tested by. */
interface SimulatedWorkload {
    /** How long an operation of {@link #parking} asks to sleep. */
    long PARK_NANOS = 10_000;

    /** What the thread on that cpu repeats; {@code writes} in per cent, for structures. */
    SimulatedSection.Operation operation(int cpu, int writes);

    /** Brings the structure to where a measurement begins: all replicas up to date. No operation is under way. */
    default void settle() {}

    /**
     * A test of the model, a map with several logs ({@code cnr} and their number), or a structure shared in one of the
     * ways of {@link Structures}.
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

    /** Counters, of which each cpu increments the one of that number. */
    static SimulatedWorkload counters(int count, IntUnaryOperator counterOfCpu) {
        int wordsApart = 32; // 256 bytes
        AtomicLongArray counters = new AtomicLongArray((count + 2) * wordsApart);
        return (cpu, writes) -> {
            int counter = (counterOfCpu.applyAsInt(cpu) + 1) * wordsApart;
            return roll -> counters.getAndIncrement(counter);
        };
    }

    /** Sleeps of ten microseconds: whether they are of simulated time. */
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
