package org.nr4j.server.type;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/** Reads the keys of a database in their order, with what belongs to them, a page at a time. */
public final class KeyPages {
    private KeyPages() {}

    /**
     * A key and its value.
     *
     * @param size the number of bytes of a string, or of elements of a collection
     * @param string the value of a string; null for another type
     */
    public record Item(byte[] key, Type type, long size, byte @Nullable [] string) {}

    /**
     * Returns the first keys of a range.
     *
     * @param low the lowest key
     * @param end the lowest key above the range; null for the end of the database
     * @param descending whether to begin with the highest key
     */
    public static List<Item> page(
            Keyspace keyspace, int database, byte[] low, byte @Nullable [] end, boolean descending, int limit) {
        List<Item> items = new ArrayList<>();
        for (Entry entry : scan(keyspace, database, low, end, descending, limit)) {
            items.add(item(entry));
        }
        return items;
    }

    /** As {@link #page}, but returns the keys alone. So the values are not copied. */
    public static List<byte[]> keys(
            Keyspace keyspace, int database, byte[] low, byte @Nullable [] end, boolean descending, int limit) {
        List<byte[]> keys = new ArrayList<>();
        for (Entry entry : scan(keyspace, database, low, end, descending, limit)) {
            keys.add(KeyLayout.userKey(entry.key()));
        }
        return keys;
    }

    private static List<Entry> scan(
            Keyspace keyspace, int database, byte[] low, byte @Nullable [] end, boolean descending, int limit) {
        byte[] from = KeyLayout.metadata(database, low);
        byte[] to = end == null
                ? KeyRanges.endOfPrefix(KeyLayout.metadata(database, new byte[0]))
                : KeyLayout.metadata(database, end);
        ScanOrder order = descending ? ScanOrder.DESCENDING : ScanOrder.ASCENDING;
        return KeyRanges.isEmpty(from, to)
                ? List.of()
                : keyspace.reads().scan(KeyRange.atLeast(from).below(to), order, limit);
    }

    private static Item item(Entry entry) {
        byte[] key = KeyLayout.userKey(entry.key());
        byte[] value = entry.value();
        Type type = Type.of(value);
        return type == Type.STRING
                ? new Item(key, type, value.length - 1L, value)
                : new Item(key, type, Metadata.decode(value).count, null);
    }
}
