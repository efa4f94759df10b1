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

/** Replicas without the façade, so that a test can hold one by hand. */
public final class Groups {
    private static final NumaTopology TWO_NODES = NumaTopology.simulated(2, 2);
    private static final WaitStrategy PARK_AT_ONCE = WaitStrategy.of(0, 0);

    private Groups() {}

    /** Counts writes. A write is answered with how many came before it. */
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
        // It sets the members of the group; there is nothing else to do for it here.
        var unused = new Reconfiguration<>(group, TWO_NODES, structures, nodes, /* copier= */ null, structure -> {});
        return group;
    }

    static int countOf(Replica<Object, Object, Integer> replica) {
        return ((Counter) replica.dispatch()).count;
    }

    /** A follower that is not started: it only holds its place in the log. */
    public static LogFollower<?> follower(LogCursor<Object> reader) {
        return new LogFollower<>(FollowerOptions.defaults(), List.of(reader), reader, Runnable::run, end -> {});
    }

    /**
     * What a reader has to give: the values of the operations as the digits of a number after {@code before}; or -1 if
     * a number is missing between two runs.
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

    /** An entry of operations with these values, which nobody waits for. */
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
     * Runs the task of a follower until it is idle, without the naps it takes on the way: they end at once while the
     * flag is set.
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
