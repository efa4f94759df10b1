package org.nr4j.server.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/**
 * The elements of a collection whose names begin with some bytes, as a map in the order of the names. The names of the
 * map lack these bytes. A type with elements of several kinds has a map for each. A change of the map is no change of
 * the collection's metadata.
 */
public final class ElementMap {
    private static final byte[] LOWEST = {};

    private final Collection collection;
    private final byte[] prefix;

    ElementMap(Collection collection, byte[] prefix) {
        this.collection = collection;
        this.prefix = prefix;
    }

    /** A name and a value. */
    public record Element(byte[] name, byte[] value) {}

    private byte[] fullName(byte[] name) {
        byte[] full = new byte[prefix.length + name.length];
        System.arraycopy(prefix, 0, full, 0, prefix.length);
        System.arraycopy(name, 0, full, prefix.length, name.length);
        return full;
    }

    private byte[] key(byte[] name) {
        return collection.elementKey(fullName(name));
    }

    private Element element(Entry entry) {
        byte[] key = entry.key();
        int from = KeyLayout.ELEMENT_PREFIX + prefix.length;
        return new Element(Arrays.copyOfRange(key, from, key.length), entry.value());
    }

    private KeyRange everything() {
        return KeyRange.prefix(key(LOWEST));
    }

    // ---- one element ----

    /** Returns the value of a name, or null. */
    public byte @Nullable [] get(byte[] name) {
        return collection.element(fullName(name));
    }

    /** Whether there is a name. */
    public boolean contains(byte[] name) {
        return collection.hasElement(fullName(name));
    }

    /** Puts the value of a name. */
    public void put(byte[] name, byte[] value) {
        collection.putElement(fullName(name), value);
    }

    /** Removes a name. Returns whether it was there. */
    public boolean remove(byte[] name) {
        return collection.removeElement(fullName(name));
    }

    // ---- order ----

    /** Returns the number of names, in O(log n). */
    public long size() {
        return collection.keyspace.reads().count(everything());
    }

    /** Returns how many names are less than one, in O(log n). */
    public long rank(byte[] name) {
        return collection.keyspace.reads().rank(key(name))
                - collection.keyspace.reads().rank(key(LOWEST));
    }

    /** Returns the element of the lowest name, or null. */
    public @Nullable Element first() {
        Entry first = collection.keyspace.reads().first(everything());
        return first == null ? null : element(first);
    }

    /** Returns the element of the highest name, or null. */
    public @Nullable Element last() {
        Entry last = collection.keyspace.reads().last(everything());
        return last == null ? null : element(last);
    }

    /** Returns all elements, in order. */
    public List<Element> all() {
        return scan(everything(), ScanOrder.ASCENDING, Integer.MAX_VALUE);
    }

    /** Returns up to {@code limit} elements from a name to another, both inclusive; the highest first if descending. */
    public List<Element> range(byte[] from, byte[] to, boolean descending, int limit) {
        byte[] low = key(from);
        byte[] end = KeyRanges.after(key(to));
        if (limit == 0 || KeyRanges.isEmpty(low, end)) {
            return List.of();
        }
        ScanOrder order = descending ? ScanOrder.DESCENDING : ScanOrder.ASCENDING;
        return scan(KeyRange.atLeast(low).below(end), order, limit);
    }

    private List<Element> scan(KeyRange range, ScanOrder order, int limit) {
        List<Element> elements = new ArrayList<>();
        for (Entry entry : collection.keyspace.reads().scan(range, order, limit)) {
            elements.add(element(entry));
        }
        return elements;
    }

    // ---- removal of many ----

    /** Removes the elements of the lowest names. There must be so many. */
    public void removeFirst(long count) {
        if (count > 0) {
            long base = collection.keyspace.reads().rank(key(LOWEST));
            byte[] last = collection.keyspace.reads().keyAt(base + count - 1);
            collection
                    .keyspace
                    .writes()
                    .removeRange(KeyRange.atLeast(key(LOWEST)).atMost(last));
        }
    }

    /** Removes all elements. */
    public void clear() {
        collection.keyspace.writes().removeRange(everything());
    }
}
