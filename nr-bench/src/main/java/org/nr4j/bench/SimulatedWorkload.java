package org.nr4j.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import org.nr4j.cnr.ConcurrentNodeReplicated;

/** What the threads of a simulation do: operations on a shared structure, or what the model is tested by. */
interface SimulatedWorkload extends AutoCloseable {
    /** How long an operation of {@link #parking} asks to sleep. */
    long PARK_NANOS = 10_000;

    /** What the thread on that cpu repeats; {@code writes} in per cent, for structures. */
    SimulatedSection.Operation operation(int cpu, int writes);

    /** Brings the structure to where a measurement begins: all replicas up to date. No operation is under way. */
    default void settle() {}

    @Override
    default void close() {}

    /** A test of the model, a map with several logs ({@code cnr} and their number), or a structure shared in one of the ways of {@link Structures}. */
    static SimulatedWorkload of(String way, String structure, Workload.Size size, SimulatedMachine machine) {
        return switch (way) {
            case "shared" -> counters(1, cpu -> 0);
            case "padded" -> counters(machine.cpus(), cpu -> cpu);
            case "node" -> counters(machine.nodes(), machine::nodeOf);
            case "park" -> parking();
            default ->
                way.startsWith("cnr")
                        ? shared(logs(Integer.parseInt(way.substring("cnr".length())), structure, size, machine))
                        : shared(Structures.of(structure, way, size, machine.topology()));
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

            @Override
            public void close() {
                workload.close();
            }
        };
    }

    /** A map in parts with a log for each. */
    private static Workload logs(int logs, String structure, Workload.Size size, SimulatedMachine machine) {
        ConcurrentNodeReplicated<Object, Object, Object> cnr = ConcurrentNodeReplicated.<Object, Object>builder(
                        () -> new PartitionedDispatch(
                                logs,
                                size.entries(),
                                part -> structure.equals("TreeMap") ? new TreeMap<>() : new HashMap<>()),
                        PartitionedDispatch::logsOf)
                .logs(logs)
                .replicas(size.replicas())
                .topology(machine.topology())
                .build();
        MapSubject.Put[] puts = new MapSubject.Put[size.entries()];
        Arrays.setAll(puts, i -> new MapSubject.Put(i, i));
        return new Workload() {
            @Override
            public Object read(long roll) {
                return cnr.execute(puts[Dice.below(roll, puts.length)].key());
            }

            @Override
            public Object write(long roll) {
                return cnr.executeMut(puts[Dice.below(roll, puts.length)]);
            }

            @Override
            public void settle() {
                cnr.sync();
            }

            @Override
            public void close() {
                cnr.close();
            }
        };
    }
}
