package org.nr4j.kv.internal.table;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link SortedTable}. A leaf has keys and their values. An inner node has children, with a key between
 * each two. All keys to the left of that key are lower. All keys to its right are equal or higher.
 */
public final class SortedNode<K> {
    static final int CAPACITY = 32;

    /**
     * The largest size of two neighbours together at which they are merged. Less than the capacity, so that the next
     * insertion does not split the node again.
     */
    private static final int MERGED = CAPACITY * 3 / 4;

    final boolean leaf;
    /** The keys. In an inner node, the separators: one fewer than children. */
    @Nullable
    Object[] keys;
    /** The values of a leaf, the children of an inner node. */
    @Nullable
    Object[] slots;
    /** How many of {@link #slots} are in use. */
    int size;
    /** How many entries are in the leaves below, or in this leaf. */
    int entries;

    SortedNode(boolean leaf, int capacity) {
        this.leaf = leaf;
        this.keys = new Object[capacity];
        this.slots = new Object[capacity];
    }

    SortedNode<K> copy() {
        SortedNode<K> copy = new SortedNode<>(leaf, 0);
        copy.keys = keys.clone();
        copy.slots = slots.clone();
        copy.size = size;
        copy.entries = entries;
        for (int i = 0; !leaf && i < size; i++) {
            copy.slots[i] = child(i).copy();
        }
        return copy;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // in use, so not null
    SortedNode<K> child(int i) {
        return (SortedNode<K>) slots[i];
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    K key(int i) {
        return (K) keys[i];
    }

    int keyCount() {
        return leaf ? size : size - 1;
    }

    /** Returns how many of this node's own keys are lower than a key, or not higher if {@code orEqual}. */
    int countBelow(Object key, boolean orEqual, Comparator<Object> order) {
        int from = 0;
        int to = keyCount();
        while (from < to) {
            int middle = (from + to) >>> 1;
            int side = order.compare(key, keys[middle]);
            if (side > 0 || (side == 0 && orEqual)) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    /**
     * Returns the place of a key in this leaf. For a missing key, returns the complement of the place where it belongs.
     */
    int find(Object key, Comparator<Object> order) {
        int from = 0;
        int to = size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int side = order.compare(key, keys[middle]);
            if (side == 0) {
                return middle;
            }
            if (side > 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return ~from;
    }

    /** Returns the child under which a key belongs. */
    int childOf(Object key, Comparator<Object> order) {
        return countBelow(key, true, order);
    }

    boolean isFull() {
        return size == CAPACITY;
    }

    /** Inserts an entry into a leaf that is not full. */
    void insertEntry(int place, K key, Object value) {
        grow();
        insert(keys, place, size, key);
        insert(slots, place, size, value);
        size++;
        entries++;
    }

    void removeEntry(int place) {
        remove(keys, place, size);
        remove(slots, place, size);
        size--;
        entries--;
    }

    /**
     * Inserts a new child into an inner node that is not full, with the key that separates it from the child before.
     * Its entries were those of child {@code place - 1}.
     */
    void insertChild(int place, K separator, SortedNode<K> child) {
        grow();
        insert(keys, place - 1, size - 1, separator);
        insert(slots, place, size, child);
        size++;
    }

    /** Removes a child that has no entries, or whose entries another child has taken over. */
    private void removeChild(int place) {
        if (size > 1) {
            remove(keys, Math.max(0, place - 1), size - 1);
        }
        remove(slots, place, size);
        size--;
    }

    /**
     * Returns where to split this node.
     *
     * @param place where the next insertion will be; keys in ascending order leave nearly full nodes behind
     */
    int cut(int place) {
        return place == size ? size - CAPACITY / 8 : size / 2;
    }

    /**
     * Moves everything from {@code cut} on to a new node behind this one. An inner node drops the separator before the
     * cut, which then separates the two nodes.
     */
    SortedNode<K> split(int cut) {
        SortedNode<K> upper = new SortedNode<>(leaf, CAPACITY);
        upper.size = size - cut;
        System.arraycopy(slots, cut, upper.slots, 0, upper.size);
        System.arraycopy(keys, cut, upper.keys, 0, upper.keyCount());
        Arrays.fill(slots, cut, size, null);
        Arrays.fill(keys, leaf ? cut : cut - 1, keys.length, null);
        size = cut;
        upper.count();
        entries -= upper.entries;
        return upper;
    }

    private void count() {
        entries = size;
        if (!leaf) {
            entries = 0;
            for (int i = 0; i < size; i++) {
                entries += child(i).entries;
            }
        }
    }

    /** Merges child {@code place} with a neighbour if a removal has made the two small. */
    void tidy(int place) {
        if (child(place).size == 0) {
            removeChild(place);
        } else if (!tryMerge(place - 1)) {
            tryMerge(place);
        }
    }

    /** Merges child {@code place} with the next one, if both exist and fit into one node. */
    private boolean tryMerge(int place) {
        if (place < 0 || place + 1 >= size) {
            return false;
        }
        SortedNode<K> left = child(place);
        SortedNode<K> right = child(place + 1);
        if (left.size + right.size > MERGED) {
            return false;
        }
        left.append(key(place), right);
        removeChild(place + 1);
        return true;
    }

    private void append(K separator, SortedNode<K> right) {
        keys = Arrays.copyOf(keys, CAPACITY);
        slots = Arrays.copyOf(slots, CAPACITY);
        if (!leaf) {
            keys[size - 1] = separator;
        }
        System.arraycopy(right.keys, 0, keys, size, right.keyCount());
        System.arraycopy(right.slots, 0, slots, size, right.size);
        size += right.size;
        entries += right.entries;
    }

    private void grow() {
        if (size == slots.length) {
            int capacity = Math.min(CAPACITY, Math.max(4, 2 * size));
            keys = Arrays.copyOf(keys, capacity);
            slots = Arrays.copyOf(slots, capacity);
        }
    }

    private static void insert(@Nullable Object[] array, int place, int used, @Nullable Object element) {
        System.arraycopy(array, place, array, place + 1, used - place);
        array[place] = element;
    }

    private static void remove(@Nullable Object[] array, int place, int used) {
        System.arraycopy(array, place + 1, array, place, used - place - 1);
        array[used - 1] = null;
    }
}
