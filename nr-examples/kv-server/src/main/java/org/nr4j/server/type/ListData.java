package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/**
 * A list: an entry for each element, whose name is a position of 64 bits. Positions have no gaps. So an index is a
 * position by one addition. An insertion inside moves the shorter side. A removal inside
 * moves the elements behind it.
 */
public final class ListData extends Collection {
    /** The position of the first element of a list: far from both ends. */
    private static final long MIDDLE = 1L << 62;

    /** Reads the list of a key. */
    public ListData(Keyspace keyspace, int database, byte[] key) {
        super(keyspace, database, key, Type.LIST);
        if (metadata.id == 0) {
            metadata.first = MIDDLE;
        }
    }

    private static byte[] name(long position) {
        return ByteBuffer.allocate(Long.BYTES).putLong(position).array();
    }

    private byte[] at(long position) {
        byte[] value = element(name(position));
        if (value == null) {
            throw new IllegalStateException("a list must have no gaps: position=" + position + " first="
                    + metadata.first + " size=" + size() + "; report this");
        }
        return value;
    }

    /** Returns the element of an index from 0 on. */
    public byte[] get(long index) {
        return at(metadata.first + index);
    }

    /** Replaces the element of an index. */
    public void set(long index, byte[] value) {
        putElement(name(metadata.first + index), value);
    }

    /** Adds an element before all others, or after them. */
    public void push(boolean left, byte[] value) {
        putElement(name(left ? metadata.first - 1 : metadata.first + metadata.count), value);
        metadata.first -= left ? 1 : 0;
        metadata.count++;
    }

    /** Removes the first or the last element. The list must not be empty. */
    public byte[] pop(boolean left) {
        long position = left ? metadata.first : metadata.first + metadata.count - 1;
        byte[] value = keyspace.writes().remove(elementKey(name(position)));
        if (value == null) {
            throw new IllegalStateException(
                    "a list must have an element to remove: size=" + size() + "; ask for its size first");
        }
        metadata.first += left ? 1 : 0;
        metadata.count--;
        return value;
    }

    /** Returns the elements from an index on, up to another, both inclusive and inside the list. */
    public List<byte[]> range(long start, long stop) {
        return entries(start, stop).stream().map(Entry::value).toList();
    }

    /** As {@link #range}, but returns the entries of the elements, whose values are not copied yet. */
    public List<Entry> entries(long start, long stop) {
        if (start > stop || isEmpty()) {
            return List.of();
        }
        KeyRange range = KeyRange.atLeast(elementKey(name(metadata.first + start)))
                .atMost(elementKey(name(metadata.first + stop)));
        return keyspace.reads().scan(range);
    }

    /** Returns up to {@code limit} elements before an index, the last first; or from an index on. */
    public List<byte[]> walk(long index, boolean descending, int limit) {
        List<byte[]> values = new ArrayList<>();
        byte[] low = elementKey(name(descending ? metadata.first : metadata.first + index));
        byte[] end = elementKey(name(descending ? metadata.first + index : metadata.first + metadata.count));
        if (!KeyRanges.isEmpty(low, end)) {
            KeyRange range = KeyRange.atLeast(low).below(end);
            ScanOrder order = descending ? ScanOrder.DESCENDING : ScanOrder.ASCENDING;
            for (Entry entry : keyspace.reads().scan(range, order, limit)) {
                values.add(entry.value());
            }
        }
        return values;
    }

    /** Keeps the elements from an index on, up to another, both inclusive and inside the list. */
    public void keep(long start, long stop) {
        long first = metadata.first;
        removePositions(first, first + start);
        removePositions(first + stop + 1, first + metadata.count);
        metadata.first = first + start;
        metadata.count = stop - start + 1;
    }

    /** Removes all elements. */
    public void clear() {
        removePositions(metadata.first, metadata.first + metadata.count);
        metadata.count = 0;
    }

    private void removePositions(long from, long to) {
        if (from < to) {
            keyspace.writes()
                    .removeRange(KeyRange.atLeast(elementKey(name(from))).below(elementKey(name(to))));
        }
    }

    /** Inserts an element so that it has an index. Moves the elements of the shorter side. */
    public void insert(long index, byte[] value) {
        if (index < metadata.count / 2) {
            for (long i = 0; i < index; i++) {
                set(i - 1, get(i));
            }
            metadata.first--;
        } else {
            for (long i = metadata.count; i > index; i--) {
                set(i, get(i - 1));
            }
        }
        metadata.count++;
        set(index, value);
    }

    /** Removes the elements of some indexes, in ascending order. */
    public void remove(List<Long> indexes) {
        if (indexes.isEmpty()) {
            return;
        }
        long target = indexes.get(0);
        int next = 0;
        for (long i = target; i < metadata.count; i++) {
            if (next < indexes.size() && indexes.get(next) == i) {
                next++;
            } else {
                set(target++, get(i));
            }
        }
        removePositions(metadata.first + target, metadata.first + metadata.count);
        metadata.count = target;
    }
}
