package org.nr4j.bench;

import java.util.HashMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.nr4j.cnr.ConcurrentNodeReplicated;

/**
 * What the threads of a simulation do.
 *
 * @param operations the operation of the thread on each cpu
 * @param refresh brings the shared structure to where a measurement begins: all replicas up to date, the logs empty
 * @param close ends it
 */
record SimulatedWorkload(IntFunction<SimulatedSection.Operation> operations, Runnable refresh, Runnable close) {
    private static final int WORDS_APART = 32; // 256 bytes

    /** How long an operation of {@link #parking} asks to sleep. */
    static final long PARK_NANOS = 10_000;

    private SimulatedWorkload(IntFunction<SimulatedSection.Operation> operations) {
        this(operations, () -> {}, () -> {});
    }

    /** Counters, of which each cpu increments the one of that number: what the model is tested by. */
    static SimulatedWorkload counters(int count, IntFunction<Integer> counterOfCpu) {
        AtomicLongArray counters = new AtomicLongArray((count + 2) * WORDS_APART);
        return new SimulatedWorkload(cpu -> {
            int counter = (counterOfCpu.apply(cpu) + 1) * WORDS_APART;
            return roll -> counters.getAndIncrement(counter);
        });
    }

    /** Sleeps of ten microseconds: whether they are of simulated time. */
    static SimulatedWorkload parking() {
        return new SimulatedWorkload(cpu -> roll -> {
            LockSupport.parkNanos(PARK_NANOS);
            return 1;
        });
    }

    /** A structure with a replica a node, or shared in some other way ({@link Structures}). */
    static SimulatedWorkload map(String way, MapOptions options, SimulatedMachine machine) {
        Workload workload = Structures.of(
                options.structure, way, new Workload.Size(options.entries, options.replicas), machine.topology());
        return new SimulatedWorkload(
                cpu -> roll -> workload.run(roll, options.writes), workload::settle, workload::close);
    }

    /** A map in parts with a log for each. */
    static SimulatedWorkload logs(int logs, MapOptions options, SimulatedMachine machine) {
        ConcurrentNodeReplicated<Object, Object, Object> cnr = ConcurrentNodeReplicated.<Object, Object>builder(
                        () -> new PartitionedDispatch(
                                logs,
                                options.entries,
                                part -> options.structure.equals("TreeMap") ? new TreeMap<>() : new HashMap<>()),
                        PartitionedDispatch::logsOf)
                .logs(logs)
                .replicas(options.replicas)
                .topology(machine.topology())
                .build();
        MapSubject.Put[] puts = options.puts();
        SimulatedSection.Operation operation = roll -> {
            MapSubject.Put put = puts[Dice.below(roll, puts.length)];
            return options.isWrite(roll) ? cnr.executeMut(put) : cnr.execute(put.key());
        };
        return new SimulatedWorkload(cpu -> operation, cnr::sync, cnr::close);
    }

    /** What the maps have in common; {@code writes} in per cent. */
    record MapOptions(String structure, int entries, int replicas, int writes) {
        private MapSubject.Put[] puts() {
            MapSubject.Put[] puts = new MapSubject.Put[entries];
            for (int i = 0; i < entries; i++) {
                puts[i] = new MapSubject.Put(i, i);
            }
            return puts;
        }

        private boolean isWrite(long roll) {
            return Workload.isWrite(roll, writes);
        }
    }
}
