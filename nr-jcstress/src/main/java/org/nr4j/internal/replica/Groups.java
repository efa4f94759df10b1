package org.nr4j.internal.replica;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nr4j.Dispatch;
import org.nr4j.FollowerOptions;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.Reconfiguration;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.log.Entries;
import org.nr4j.internal.log.LogCursor;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.WriteRun;
import org.nr4j.topology.NumaTopology;

/** Replicas without the façade, so that a test can use one directly. */
public final class Groups {
    private static final NumaTopology TWO_NODES = NumaTopology.simulated(2, 2);
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    private Groups() {}

    /** Counts writes. The answer to a write is the number of writes before it. */
    static final class Counter implements Dispatch<Object, Object, Integer> {
        int count;

        @Override
        public Integer dispatch(Object op) {
            return count;
        }

        @Override
        public Integer dispatchMut(Object op) {
            return count++;
        }
    }

    public static ReplicaSet<Object, Object, Integer> of(int replicas, int logCapacity) {
        ReplicaSet<Object, Object, Integer> group = new ReplicaSet<>(logCapacity, PARK_AT_ONCE);
        List<Counter> structures = Stream.generate(Counter::new).limit(replicas).toList();
        List<Integer> nodes = IntStream.range(0, replicas).mapToObj(i -> i % 2).toList();
        // The constructor sets the members of the group. The test does not use the object otherwise.
        var unused = new Reconfiguration<>(group, TWO_NODES, structures, nodes, /* copier= */ null, structure -> {});
        return group;
    }

    static int countOf(Replica<Object, Object, Integer> replica) {
        return ((Counter) replica.dispatch()).count;
    }

    /** Creates a follower that is not started: it only holds its place in the log. */
    public static LogFollower<?> follower(LogCursor<Object> reader) {
        return new LogFollower<>(FollowerOptions.defaults(), List.of(reader), reader, Runnable::run, end -> {});
    }

    /**
     * Reads what a reader has. Returns the values of the operations as digits after those of {@code before}, or -1 if
     * there is a gap between two runs.
     */
    public static int readOn(LogCursor<Object> reader, int before) {
        int digits = before;
        for (WriteRun<Object> run = reader.poll(); run != null; run = reader.poll()) {
            if (run.index() != (digits == 0 ? 0 : (int) Math.log10(digits) + 1)) {
                return -1;
            }
            for (Object op : run) {
                digits = digits * 10 + (op == null ? 0 : ((Entries.Op) op).value);
            }
            reader.consumed(run);
        }
        return digits;
    }

    /** Creates an entry of operations with these values, for which no thread waits. */
    public static LogEntry entry(int... values) {
        Object[] ops = IntStream.of(values).mapToObj(Groups::op).toArray();
        return new LogEntry(ops);
    }

    public static Entries.Op op(int value) {
        Entries.Op op = new Entries.Op();
        op.value = value;
        return op;
    }

    /**
     * Runs the task of a follower until it is idle, without its naps: they end at once while the interrupt flag is set.
     */
    public static void runWithoutNaps(Runnable task) {
        Thread.currentThread().interrupt();
        try {
            task.run();
        } finally {
            Thread.interrupted();
        }
    }
}
