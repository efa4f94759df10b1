package org.nr4j.cnr;

import java.util.BitSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write of a map over several logs. No code of the user's runs in it but {@code hashCode} and {@code equals} of keys, or what else the map asks of them: functions, and {@code equals} of values, are called by the submitting thread, which then asks for a
 * {@link CompareAndSet}.
 */
interface MapWrite<K, V> {

    /** The logs it belongs to. */
    LogSet logs(int count);

    /** Applies it; answers an old value, unless said otherwise. */
    @Nullable
    Object applyTo(MapReplica<K, V> replica);

    /** Puts a value, whatever is there. */
    record Put<K, V>(K key, V value) implements MapWrite<K, V> {
        @Override
        public LogSet logs(int count) {
            return LogSet.ofHash(key.hashCode(), count);
        }

        @Override
        public @Nullable Object applyTo(MapReplica<K, V> replica) {
            return replica.mapOf(key).put(key, value);
        }
    }

    /** Removes a key. */
    record Remove<K, V>(Object key) implements MapWrite<K, V> {
        @Override
        public LogSet logs(int count) {
            return LogSet.ofHash(key.hashCode(), count);
        }

        @Override
        public @Nullable Object applyTo(MapReplica<K, V> replica) {
            return replica.mapOf(key).remove(key);
        }
    }

    /**
     * Sets the value of a key, or removes the key if {@code next} is null, if its value is this very object; null is that of a key that is not there. All replicas hold the same value objects, so they agree. Answers the value found; that is the expected one if
     * the change was made. The map need not do it in one step: the key's log keeps others away.
     */
    record CompareAndSet<K, V>(
            K key, @Nullable V expected, @Nullable V next) implements MapWrite<K, V> {
        @Override
        public LogSet logs(int count) {
            return LogSet.ofHash(key.hashCode(), count);
        }

        @Override
        public @Nullable Object applyTo(MapReplica<K, V> replica) {
            Map<K, V> map = replica.mapOf(key);
            V found = map.get(key);
            if (found == expected) {
                if (next != null) {
                    map.put(key, next);
                } else {
                    map.remove(key);
                }
            }
            return found;
        }
    }

    /**
     * Puts several values at once; answers null.
     *
     * @param pairs keys and values in turn, of one key at least; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record PutAll<K, V>(Object[] pairs) implements MapWrite<K, V> {
        @Override
        public LogSet logs(int count) {
            BitSet logs = new BitSet(count);
            for (int i = 0; i < pairs.length; i += 2) {
                logs.set(LogSet.ofHash(pairs[i].hashCode(), count).single());
            }
            return LogSet.of(logs.stream().toArray());
        }

        @Override
        @SuppressWarnings("unchecked") // of a map of such keys and values
        public @Nullable Object applyTo(MapReplica<K, V> replica) {
            for (int i = 0; i < pairs.length; i += 2) {
                replica.mapOf(pairs[i]).put((K) pairs[i], (V) pairs[i + 1]);
            }
            return null;
        }
    }

    /** Removes everything; answers null. */
    record Clear<K, V>() implements MapWrite<K, V> {
        @Override
        public LogSet logs(int count) {
            return LogSet.all();
        }

        @Override
        public @Nullable Object applyTo(MapReplica<K, V> replica) {
            replica.maps().forEach(Map::clear);
            return null;
        }
    }
}
