package org.nr4j.kv.internal.table;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A sorted table: a B+-tree with wide leaves. Every node knows how many entries are below it. Not thread-safe. */
/*
 * Insertion splits full nodes on its way down, so that the parent of a node to be split always has room. Removal merges
 * a node with its neighbour if the two together fit easily into one, and removes an empty node. All leaves are at the
 * same depth.
 *
 * Entries have no objects of their own, and values are replaced in place. So the garbage collector has few cards to
 * mark, and a copy clones two arrays for each node.
 */
public final class SortedTable<K, V> extends MapTable<K, V> {
    private static final int REMOVED_AT_ONCE = 256;

    private final Comparator<Object> order;
    private SortedNode<K> root = new SortedNode<>(true, 0);

    @SuppressWarnings("unchecked") // keys are of type K; for another type, the comparator throws
    public SortedTable(Comparator<? super K> order) {
        this.order = (Comparator<Object>) order;
    }

    @Override
    public SortedTable<K, V> copy() {
        SortedTable<K, V> copy = new SortedTable<>(order);
        copy.root = root.copy();
        return copy;
    }

    @Override
    public int size() {
        return root.entries;
    }

    @Override
    void clear() {
        root = new SortedNode<>(true, 0);
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    V get(Object key) {
        SortedNode<K> leaf = leafOf(key);
        int place = leaf.find(key, order);
        return place < 0 ? null : (V) leaf.slots[place];
    }

    /** For tests. */
    SortedNode<K> root() {
        return root;
    }

    private SortedNode<K> leafOf(Object key) {
        SortedNode<K> node = root;
        while (!node.leaf) {
            node = node.child(node.childOf(key, order));
        }
        return node;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    V put(K key, V value) {
        SortedNode<K> leaf = leafOf(key);
        int place = leaf.find(key, order);
        if (place < 0) {
            insert(key, value);
            return null;
        }
        V old = (V) leaf.slots[place];
        leaf.slots[place] = value;
        return old;
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    V compareAndSet(K key, @Nullable V expected, @Nullable V next) {
        SortedNode<K> leaf = leafOf(key);
        int place = leaf.find(key, order);
        V found = place < 0 ? null : (V) leaf.slots[place];
        if (found == expected) {
            if (next == null) {
                remove(key);
            } else if (place < 0) {
                insert(key, next);
            } else {
                leaf.slots[place] = next;
            }
        }
        return found;
    }

    private void insert(K key, V value) {
        if (root.entries == 0 && order.compare(key, key) != 0) { // also refuses a key that cannot be compared
            throw new IllegalArgumentException(
                    "a comparator must find a key equal to itself: key=" + key + "; correct it");
        }
        if (root.entries == Integer.MAX_VALUE) {
            throw new IllegalStateException(
                    "a map must have at most " + Integer.MAX_VALUE + " entries; spread the keys over several maps");
        }
        if (root.isFull()) {
            SortedNode<K> top = new SortedNode<>(false, SortedNode.CAPACITY);
            top.slots[0] = root;
            top.size = 1;
            top.entries = root.entries;
            root = top;
            splitChild(top, 0, key);
        }
        SortedNode<K> node = root;
        while (!node.leaf) {
            node.entries++;
            int i = node.childOf(key, order);
            if (node.child(i).isFull()) {
                splitChild(node, i, key);
                i = node.childOf(key, order);
            }
            node = node.child(i);
        }
        node.insertEntry(~node.find(key, order), key, value);
    }

    private void splitChild(SortedNode<K> parent, int i, K key) {
        SortedNode<K> lower = parent.child(i);
        int place = lower.leaf ? ~lower.find(key, order) : lower.childOf(key, order) + 1;
        int cut = lower.cut(place);
        K separator = lower.key(lower.leaf ? cut : cut - 1);
        parent.insertChild(i + 1, separator, lower.split(cut));
    }

    @Override
    @SuppressWarnings("unchecked")
    @Nullable
    V remove(Object key) {
        V old = get(key);
        if (old != null) {
            remove(root, key);
            while (!root.leaf && root.size <= 1) {
                root = root.size == 0 ? new SortedNode<>(true, 0) : root.child(0);
            }
        }
        return old;
    }

    /** Removes a key that exists. */
    private void remove(SortedNode<K> node, Object key) {
        if (node.leaf) {
            node.removeEntry(node.find(key, order));
        } else {
            int i = node.childOf(key, order);
            remove(node.child(i), key);
            node.entries--;
            node.tidy(i);
        }
    }

    /** Removes the keys of a range. */
    void removeAll(MapRange<K> range) {
        if (range.isAll()) {
            clear();
            return;
        }
        for (MapChunk<K, V> chunk = scan(range, false, REMOVED_AT_ONCE);
                chunk.size > 0;
                chunk = scan(range, false, REMOVED_AT_ONCE)) {
            for (int i = 0; i < chunk.size; i++) {
                remove(chunk.key(i));
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // each query is created for the table that it is sent to
    @Nullable
    Object query(MapQuery<?> query) {
        if (query == MapQuery.SIZE) {
            return size();
        }
        if (query instanceof MapQuery.RangeScan<?, ?> scan) {
            return scan((MapRange<K>) scan.range, scan.descending, scan.limit);
        }
        return count(((MapQuery.RangeCount<K>) query).range);
    }

    /** Returns the number of entries in a range. */
    int count(MapRange<K> range) {
        int to = range.high() == null ? size() : countBelow(range.high(), range.highIncluded());
        int from = range.low() == null ? 0 : countBelow(range.low(), !range.lowIncluded());
        return Math.max(0, to - from);
    }

    private int countBelow(K key, boolean orEqual) {
        int below = 0;
        SortedNode<K> node = root;
        while (!node.leaf) {
            int i = node.childOf(key, order);
            for (int left = 0; left < i; left++) {
                below += node.child(left).entries;
            }
            node = node.child(i);
        }
        return below + node.countBelow(key, orEqual, order);
    }

    /** Returns the first entries of a range; or the last ones, backwards. */
    MapChunk<K, V> scan(MapRange<K> range, boolean descending, int limit) {
        if (descending) {
            SortedScan.Descending<K> scan = new SortedScan.Descending<>(range, order, Math.min(limit, size()));
            return scan.run(root);
        }
        SortedScan.Ascending<K> scan = new SortedScan.Ascending<>(range, order, Math.min(limit, size()));
        return scan.run(root);
    }
}
