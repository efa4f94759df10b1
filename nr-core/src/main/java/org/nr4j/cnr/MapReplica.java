package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Closing;

/**
 * One replica of a map over several logs: a plain map for each log, or one concurrent map for all. A key belongs to the log of its hash code. A read is a {@link Whole} or, for the most frequent one, the bare key to get; a write is a {@link MapWrite}.
 */
final class MapReplica<K, V> implements ConcurrentDispatch<Object, MapWrite<K, V>, @Nullable Object>, AutoCloseable {
    private final List<Map<K, V>> maps;

    /** The reads of all logs. */
    enum Whole {
        /** How many entries there are. */
        SIZE,
        /** Keys and values in turn, as an array. */
        PAIRS
    }

    /** @param maps one for each log, or a concurrent one for all */
    MapReplica(List<Map<K, V>> maps) {
        this.maps = maps;
    }

    static LogSet logsOfRead(Object op, int logs) {
        return op instanceof Whole ? LogSet.all() : LogSet.ofHash(op.hashCode(), logs);
    }

    /** The map that a key belongs to. */
    Map<K, V> mapOf(Object key) {
        int count = maps.size();
        return maps.get(count == 1 ? 0 : LogSet.ofHash(key.hashCode(), count).single());
    }

    /** All maps, for operations of all logs. */
    List<Map<K, V>> maps() {
        return maps;
    }

    @Override
    @SuppressWarnings("NullAway") // the answer is nullable
    public Object dispatch(Object op) {
        return op instanceof Whole whole ? read(whole) : mapOf(op).get(op);
    }

    private Object read(Whole whole) {
        return switch (whole) {
            case SIZE -> size();
            case PAIRS -> pairs();
        };
    }

    /** As {@link Map#size}: not more than an int can say. */
    private int size() {
        long size = 0;
        for (Map<K, V> map : maps) {
            size += map.size();
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    private Object[] pairs() {
        List<Object> pairs = new ArrayList<>(2 * size());
        for (Map<K, V> map : maps) {
            map.forEach((key, value) -> {
                pairs.add(key);
                pairs.add(value);
            });
        }
        return pairs.toArray();
    }

    @Override
    @SuppressWarnings("NullAway") // the answer is nullable
    public Object dispatchMut(MapWrite<K, V> op) {
        return op.applyTo(this);
    }

    @Override
    public void close() {
        Closing.closeAll(maps);
    }
}
