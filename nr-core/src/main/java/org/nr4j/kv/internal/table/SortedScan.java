package org.nr4j.kv.internal.table;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Copies the first entries of a range out of a sorted table; or the last ones, backwards. For one use. */
public abstract class SortedScan<K> {
    final MapRange<K> range;
    final Comparator<Object> order;
    final @Nullable Object[] keys;
    final @Nullable Object[] values;
    int size;

    private SortedScan(MapRange<K> range, Comparator<Object> order, int limit) {
        this.range = range;
        this.order = order;
        this.keys = new Object[limit];
        this.values = new Object[limit];
    }

    final <V> MapChunk<K, V> run(SortedNode<K> root) {
        if (keys.length > 0) {
            visit(root, true);
        }
        return new MapChunk<>(keys, values, size, 0);
    }

    /**
     * Copies the entries below a node.
     *
     * @param atStart whether the range may begin inside this node; false for all nodes after the first
     * @return whether to go on with the next node
     */
    abstract boolean visit(SortedNode<K> node, boolean atStart);

    /** Returns the place of the first entry of a leaf that is in the range. */
    final int from(SortedNode<K> leaf) {
        K low = range.low();
        return low == null ? 0 : leaf.countBelow(low, !range.lowIncluded(), order);
    }

    /** Returns the place behind the last entry of a leaf that is in the range. */
    final int to(SortedNode<K> leaf) {
        K high = range.high();
        return high == null ? leaf.size : leaf.countBelow(high, range.highIncluded(), order);
    }

    /** From the lowest key on. */
    static final class Ascending<K> extends SortedScan<K> {
        Ascending(MapRange<K> range, Comparator<Object> order, int limit) {
            super(range, order, limit);
        }

        @Override
        boolean visit(SortedNode<K> node, boolean atStart) {
            if (node.leaf) {
                return copy(node, atStart ? from(node) : 0, to(node));
            }
            K low = range.low();
            int first = atStart && low != null ? node.childOf(low, order) : 0;
            for (int i = first; i < node.size; i++) {
                if (!visit(node.child(i), atStart && i == first)) {
                    return false;
                }
            }
            return true;
        }

        private boolean copy(SortedNode<K> leaf, int from, int to) {
            int count = Math.min(to - from, keys.length - size);
            if (count > 0) {
                System.arraycopy(leaf.keys, from, keys, size, count);
                System.arraycopy(leaf.slots, from, values, size, count);
                size += count;
            }
            return to == leaf.size && size < keys.length;
        }
    }

    /** From the highest key on. */
    static final class Descending<K> extends SortedScan<K> {
        Descending(MapRange<K> range, Comparator<Object> order, int limit) {
            super(range, order, limit);
        }

        @Override
        boolean visit(SortedNode<K> node, boolean atStart) {
            if (node.leaf) {
                return copy(node, from(node), atStart ? to(node) : node.size);
            }
            K high = range.high();
            int first = atStart && high != null ? node.childOf(high, order) : node.size - 1;
            for (int i = first; i >= 0; i--) {
                if (!visit(node.child(i), atStart && i == first)) {
                    return false;
                }
            }
            return true;
        }

        private boolean copy(SortedNode<K> leaf, int from, int to) {
            for (int i = to - 1; i >= from && size < keys.length; i--) {
                keys[size] = leaf.keys[i];
                values[size] = leaf.slots[i];
                size++;
            }
            return from == 0 && size < keys.length;
        }
    }
}
