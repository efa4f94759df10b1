package org.nr4j.server.type;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/** How many bytes of keys and values a key of the user has in the store. */
public final class StoredBytes {
    private StoredBytes() {}

    /**
     * Returns the bytes of a key and its value; null if there is no key.
     *
     * @param samples at how many elements of a collection to look, for an estimate; 0 for all
     */
    public static @Nullable Long of(Keyspace keyspace, int database, byte[] key, int samples) {
        byte[] value = keyspace.value(database, key);
        if (value == null) {
            return null;
        }
        long bytes = KeyLayout.METADATA_PREFIX + key.length + (long) value.length;
        long id = Metadata.idOf(value);
        return id == 0 ? bytes : bytes + ofElements(keyspace, id, samples);
    }

    private static long ofElements(Keyspace keyspace, long id, int samples) {
        KeyRange elements = KeyRange.prefix(KeyLayout.elementPrefix(id));
        int limit = samples == 0 ? Integer.MAX_VALUE : samples;
        List<Entry> seen = keyspace.reads().scan(elements, ScanOrder.ASCENDING, limit);
        long bytes = 0;
        for (Entry entry : seen) {
            bytes += entry.key().length + entry.value().length;
        }
        long all = keyspace.reads().count(elements);
        return seen.isEmpty() ? 0 : Math.round(bytes * ((double) all / seen.size()));
    }
}
