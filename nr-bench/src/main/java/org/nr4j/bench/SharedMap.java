package org.nr4j.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.nr4j.Dispatch;
import org.nr4j.DistributedReadWriteLock;
import org.nr4j.NodeReplicated;
import org.nr4j.WriteBatch;
import org.nr4j.topology.NumaTopology;

/** A map from integers to integers that several threads share, one way or another. Operations are made beforehand, so that all ways get the same objects. */
interface SharedMap {
    /** A write. */
    record Put(Integer key, Integer value) {}

    Integer get(Integer key);

    Integer put(Put put);

    /** A map under node replication. */
    static NodeReplicated<Integer, Put, Integer> replicated(
            String structure, int entries, int replicas, NumaTopology topology) {
        return NodeReplicated.builder(() -> new MapDispatch(fill(plain(structure), entries)))
                .copier((MapDispatch dispatch) -> dispatch.copy())
                .replicas(replicas)
                .topology(topology)
                .build();
    }

    /** A way of sharing, by the name it has on the command line. */
    static SharedMap of(String way, String structure, int entries, int replicas) {
        Supplier<Map<Integer, Integer>> maps = () -> fill(plain(structure), entries);
        return switch (way) {
            case "bare" -> new Bare(maps.get());
            case "nr" -> new Replicated(replicated(structure, entries, replicas, NumaTopology.detect()));
            case "synchronized" -> new Synchronized(maps.get());
            case "ReentrantLock" -> new UnderLocks(maps.get(), new ReentrantLock());
            case "ReadWriteLock" -> new UnderLocks(maps.get(), new ReentrantReadWriteLock());
            case "StampedLock" -> new UnderStampedLock(maps.get());
            case "DistributedReadWriteLock" -> new UnderDistributedLock(maps.get());
            case "jdk" -> new Bare(fill(concurrent(structure), entries));
            default -> throw new IllegalArgumentException("unknown way of sharing: " + way);
        };
    }

    private static Map<Integer, Integer> plain(String structure) {
        return switch (structure) {
            case "HashMap" -> new HashMap<>();
            case "TreeMap" -> new TreeMap<>();
            default -> throw new IllegalArgumentException("unknown structure: " + structure);
        };
    }

    private static Map<Integer, Integer> concurrent(String structure) {
        return structure.equals("HashMap") ? new ConcurrentHashMap<>() : new ConcurrentSkipListMap<>();
    }

    private static Map<Integer, Integer> fill(Map<Integer, Integer> map, int entries) {
        for (int i = 0; i < entries; i++) {
            map.put(i, i);
        }
        return map;
    }

    /** No protection, or the map's own. */
    record Bare(Map<Integer, Integer> map) implements SharedMap {
        @Override
        public Integer get(Integer key) {
            return map.get(key);
        }

        @Override
        public Integer put(Put put) {
            return map.put(put.key, put.value);
        }
    }

    /** Node replication. */
    final class Replicated implements SharedMap {
        private final NodeReplicated<Integer, Put, Integer> map;

        Replicated(NodeReplicated<Integer, Put, Integer> map) {
            this.map = map;
        }

        @Override
        public Integer get(Integer key) {
            return map.execute(key);
        }

        @Override
        public Integer put(Put put) {
            return map.executeMut(put);
        }
    }

    /** The structure that {@link Replicated} replicates. */
    record MapDispatch(Map<Integer, Integer> map) implements Dispatch<Integer, Put, Integer> {
        /** Of all entries, one by one. */
        MapDispatch copy() {
            return new MapDispatch(
                    map instanceof TreeMap<Integer, Integer> tree ? new TreeMap<>(tree) : new HashMap<>(map));
        }

        @Override
        public Integer dispatch(Integer key) {
            return map.get(key);
        }

        @Override
        public Integer dispatchMut(Put put) {
            return map.put(put.key, put.value);
        }

        @Override
        public void dispatchMutAll(WriteBatch<Put, Integer> batch) {
            while (batch.hasNext()) {
                batch.answer(dispatchMut(batch.next()));
            }
        }
    }

    /** A monitor. */
    record Synchronized(Map<Integer, Integer> map) implements SharedMap {
        @Override
        public Integer get(Integer key) {
            synchronized (map) {
                return map.get(key);
            }
        }

        @Override
        public Integer put(Put put) {
            synchronized (map) {
                return map.put(put.key, put.value);
            }
        }
    }

    /** A lock for reads and one for writes, which may be the same. */
    record UnderLocks(Map<Integer, Integer> map, Lock readLock, Lock writeLock) implements SharedMap {
        UnderLocks(Map<Integer, Integer> map, ReentrantLock lock) {
            this(map, lock, lock);
        }

        UnderLocks(Map<Integer, Integer> map, ReentrantReadWriteLock lock) {
            this(map, lock.readLock(), lock.writeLock());
        }

        @Override
        public Integer get(Integer key) {
            readLock.lock();
            try {
                return map.get(key);
            } finally {
                readLock.unlock();
            }
        }

        @Override
        public Integer put(Put put) {
            writeLock.lock();
            try {
                return map.put(put.key, put.value);
            } finally {
                writeLock.unlock();
            }
        }
    }

    /** The JDK's fastest readers-writer lock, in its pessimistic modes: an optimistic read of a map that changes may loop or throw. */
    record UnderStampedLock(Map<Integer, Integer> map, StampedLock lock) implements SharedMap {
        UnderStampedLock(Map<Integer, Integer> map) {
            this(map, new StampedLock());
        }

        @Override
        public Integer get(Integer key) {
            long stamp = lock.readLock();
            try {
                return map.get(key);
            } finally {
                lock.unlockRead(stamp);
            }
        }

        @Override
        public Integer put(Put put) {
            long stamp = lock.writeLock();
            try {
                return map.put(put.key, put.value);
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    /** This library's lock, without replication. */
    record UnderDistributedLock(Map<Integer, Integer> map, DistributedReadWriteLock lock) implements SharedMap {
        UnderDistributedLock(Map<Integer, Integer> map) {
            this(map, new DistributedReadWriteLock());
        }

        @Override
        public Integer get(Integer key) {
            int entry = lock.lockRead();
            try {
                return map.get(key);
            } finally {
                lock.unlockRead(entry);
            }
        }

        @Override
        public Integer put(Put put) {
            lock.lockWrite();
            try {
                return map.put(put.key, put.value);
            } finally {
                lock.unlockWrite();
            }
        }
    }
}
