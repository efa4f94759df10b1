package org.nr4j.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.topology.NumaTopology;

/**
 * A map that is divided into parts by its keys, so that operations of different parts may run at the same time. Some
 * operations may span several parts: the size of all, or a write of two keys.
 *
 * <p>It has four ways of its own: several logs ({@code cnr4}), several locks ({@code striped64}), several instances of
 * node replication ({@code instances4}), and the concurrent map of the JDK. In the last two ways, an operation that
 * spans several parts is not one step.
 */
final class PartitionedMapSubject implements Subject<Object, Object> {
    private static final int STRIPES = 64;
    private static final int INSTANCES = 4;

    private final MapSubject.Kind kind;
    private final MapSubject.Put[] puts;
    private final int across;

    /** Creates a map where {@code across} in a thousand operations span several parts. */
    PartitionedMapSubject(MapSubject.Kind kind, int entries, int across) {
        this.kind = kind;
        this.puts = MapSubject.uniform(kind, entries).puts();
        this.across = across;
    }

    @Override
    public PartitionedDispatch plain() {
        return parts(1);
    }

    private PartitionedDispatch parts(int count) {
        return new PartitionedDispatch(count, puts.length, part -> kind.newMap());
    }

    @Override
    public Map<String, Rival<Object, Object>> rivals() {
        Map<String, Rival<Object, Object>> rivals = new LinkedHashMap<>();
        for (int logs : new int[] {1, 2, 4, 8}) {
            rivals.put("cnr" + logs, (replicas, topology) -> Logs.of(logs, () -> parts(logs), replicas, topology));
        }
        rivals.put("striped" + STRIPES, (replicas, topology) -> new Striped(parts(STRIPES)));
        if (across == 0) {
            rivals.put("instances" + INSTANCES, this::instances);
            rivals.put("jdk", Rival.of(() -> new PartitionedDispatch(1, puts.length, part -> kind.newConcurrentMap())));
        }
        return rivals;
    }

    private Shared<Object, Object> instances(int replicas, NumaTopology topology) {
        return new Instances(IntStream.range(0, INSTANCES)
                .<Shared<Object, Object>>mapToObj(
                        instance -> Shared.Replicated.of(() -> partOf(instance), replicas, topology))
                .toList());
    }

    private PartitionedDispatch partOf(int instance) {
        IntStream keys = IntStream.range(0, puts.length).filter(key -> key % INSTANCES == instance);
        return new PartitionedDispatch(keys, 1, part -> kind.newMap());
    }

    @Override
    public Object read(long roll) {
        return isAcross(roll) ? PartitionedDispatch.SIZE : put(roll).key();
    }

    @Override
    public Object write(long roll) {
        MapSubject.Put put = put(roll);
        return isAcross(roll) ? new PartitionedDispatch.Both(put, puts[(put.key() + 1) % puts.length]) : put;
    }

    private MapSubject.Put put(long roll) {
        return puts[Dice.below(roll, puts.length)];
    }

    private boolean isAcross(long roll) {
        return across > 0 && (roll >>> 16 & 0xFFFF) * 1000 < (long) across * 0x10000;
    }

    /** Sharing by several logs. */
    private record Logs(ConcurrentNodeReplicated<Object, Object, Object> structure) implements Shared<Object, Object> {
        static Logs of(int logs, Supplier<PartitionedDispatch> structures, int replicas, NumaTopology topology) {
            return new Logs(ConcurrentNodeReplicated.<Object, Object>builder(structures, PartitionedDispatch::logsOf)
                    .logs(logs)
                    .replicas(replicas)
                    .topology(topology)
                    .build());
        }

        @Override
        public Object execute(Object op) {
            return structure.execute(op);
        }

        @Override
        public Object executeMut(Object op) {
            return structure.executeMut(op);
        }

        @Override
        public void settle() {
            structure.sync();
        }

        @Override
        public void close() {
            structure.close();
        }
    }

    /** Several structures under node replication, each with a log of its own. */
    private record Instances(List<Shared<Object, Object>> instances) implements Shared<Object, Object> {
        @Override
        public Object execute(Object key) {
            return instances.get((Integer) key % INSTANCES).execute(key);
        }

        @Override
        public Object executeMut(Object op) {
            return instances.get(((MapSubject.Put) op).key() % INSTANCES).executeMut(op);
        }

        @Override
        public void settle() {
            instances.forEach(Shared::settle);
        }

        @Override
        public void close() {
            instances.forEach(Shared::close);
        }
    }

    /** A lock for each part. An operation that spans several parts takes their locks in ascending order. */
    private static final class Striped implements Shared<Object, Object> {
        private final PartitionedDispatch parts;
        private final ReentrantLock[] locks =
                IntStream.range(0, STRIPES).mapToObj(stripe -> new Stripe()).toArray(ReentrantLock[]::new);

        /**
         * A lock with padding. The JVM places the state of the next lock behind this one; the padding keeps the two on
         * different cache lines.
         */
        private static final class Stripe extends ReentrantLock {
            private static final long serialVersionUID = 1;

            @SuppressWarnings("unused")
            private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
        }

        Striped(PartitionedDispatch parts) {
            this.parts = parts;
        }

        @Override
        public Object execute(Object op) {
            return op == PartitionedDispatch.SIZE ? size(0) : get((Integer) op);
        }

        private Object get(Integer key) {
            ReentrantLock lock = lockOf(key);
            lock.lock();
            try {
                return parts.dispatch(key);
            } finally {
                lock.unlock();
            }
        }

        /** Takes the locks of all parts from {@code next} on, then returns the size of all parts. */
        private Object size(int next) {
            if (next == STRIPES) {
                return parts.dispatch(PartitionedDispatch.SIZE);
            }
            locks[next].lock();
            try {
                return size(next + 1);
            } finally {
                locks[next].unlock();
            }
        }

        @Override
        public Object executeMut(Object op) {
            return op instanceof PartitionedDispatch.Both both ? putBoth(both) : put((MapSubject.Put) op);
        }

        private Object put(MapSubject.Put put) {
            ReentrantLock lock = lockOf(put.key());
            lock.lock();
            try {
                return parts.dispatchMut(put);
            } finally {
                lock.unlock();
            }
        }

        private Object putBoth(PartitionedDispatch.Both both) {
            int one = both.one().key() % STRIPES;
            int other = both.other().key() % STRIPES;
            ReentrantLock first = locks[Math.min(one, other)];
            ReentrantLock second = locks[Math.max(one, other)];
            first.lock();
            second.lock();
            try {
                return parts.dispatchMut(both);
            } finally {
                second.unlock();
                first.unlock();
            }
        }

        private ReentrantLock lockOf(int key) {
            return locks[key % STRIPES];
        }
    }
}
