package org.nr4j.bench;

import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.cnr.LogSet;

/**
 * A map in parts, one for each log. A read is a key, or {@link #SIZE} for the size of all parts. A write is a {@link
 * MapSubject.Put}, or a {@link Both} in two parts.
 */
final class PartitionedDispatch implements ConcurrentDispatch<Object, Object, Object> {
    static final Object SIZE = new Object();

    private final Map<Integer, Integer>[] parts;

    /** Two writes that are one operation. */
    record Both(MapSubject.Put one, MapSubject.Put other) {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    PartitionedDispatch(IntStream keys, int logs, IntFunction<Map<Integer, Integer>> newMap) {
        parts = IntStream.range(0, logs).mapToObj(newMap).toArray(Map[]::new);
        keys.forEach(key -> partOf(key).put(key, key));
    }

    PartitionedDispatch(int logs, int entries, IntFunction<Map<Integer, Integer>> newMap) {
        this(IntStream.range(0, entries), logs, newMap);
    }

    static LogSet logsOf(Object op, int logs) {
        if (op instanceof MapSubject.Put put) {
            return LogSet.one(put.key() % logs);
        }
        if (op instanceof Both both) {
            return LogSet.of(both.one.key() % logs, both.other.key() % logs);
        }
        return op == SIZE ? LogSet.all() : LogSet.one((Integer) op % logs);
    }

    private Map<Integer, Integer> partOf(int key) {
        return parts[key % parts.length];
    }

    @Override
    public Object dispatch(Object op) {
        if (op == SIZE) {
            int size = 0;
            for (Map<Integer, Integer> part : parts) {
                size += part.size();
            }
            return size;
        }
        return partOf((Integer) op).get(op);
    }

    @Override
    public Object dispatchMut(Object op) {
        if (op instanceof Both both) {
            dispatchMut(both.one);
            return dispatchMut(both.other);
        }
        MapSubject.Put put = (MapSubject.Put) op;
        return partOf(put.key()).put(put.key(), put.value());
    }
}
