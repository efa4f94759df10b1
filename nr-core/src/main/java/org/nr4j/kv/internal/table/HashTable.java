package org.nr4j.kv.internal.table;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A hash table in two arrays, without an object for each entry. Not thread-safe. */
/*
 * Open addressing with linear probing. Entries are in the order of their hashes, as unsigned numbers. The upper bits of
 * a hash give its home, so a larger hash never has a smaller home. An entry is at its home or to the right of it, with
 * no free slot in between. Probing does not wrap around. Behind the last home there is some room, the slack. Behind the
 * slack, one slot is always free and ends every search.
 *
 * Iterators rely on the order. A hash is a position that means the same in every table of the map, however often it was
 * rebuilt. "All entries whose hash is below p have been returned" stays true, whatever is put or removed.
 *
 * Two arrays, without a node for each entry, suit the garbage collector. A write marks one of few cards, and a copy is
 * two clones.
 */
public final class HashTable<K, V> extends MapTable<K, V> {
    /** The position behind all entries. */
    public static final long END = 1L << Integer.SIZE;

    private static final int FEWEST_BITS = 4;
    private static final int MOST_BITS = 29;
    private static final int LEAST_SLACK = 8;
    private static final int FREE = 0;

    /** 2^32 divided by the golden ratio. Spreads equally spaced keys over all homes. */
    private static final int GOLDEN = 0x9E3779B9;

    /** The hash of the entry in each slot, or {@link #FREE}. */
    private int[] hashes = new int[0];
    /** Key and value of slot {@code i} at {@code 2i} and {@code 2i + 1}. */
    private @Nullable Object[] pairs = new Object[0];

    private int bits;
    private int size;

    public HashTable() {
        allocate(FEWEST_BITS, LEAST_SLACK);
    }

    private HashTable(HashTable<K, V> other) {
        hashes = other.hashes.clone();
        pairs = other.pairs.clone();
        bits = other.bits;
        size = other.size;
    }

    @Override
    public HashTable<K, V> copy() {
        return new HashTable<>(this);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    void clear() {
        allocate(FEWEST_BITS, LEAST_SLACK);
        size = 0;
    }

    @Override
    @Nullable
    V get(Object key) {
        int slot = find(key, hash(key));
        return slot < 0 ? null : value(slot);
    }

    @Override
    @Nullable
    V put(K key, V value) {
        int hash = hash(key);
        int slot = find(key, hash);
        if (slot < 0) {
            insert(key, hash, value, ~slot);
            return null;
        }
        V old = value(slot);
        pairs[2 * slot + 1] = value;
        return old;
    }

    private void insert(K key, int hash, V value, int slot) {
        int place = makeRoom(hash, slot);
        hashes[place] = hash;
        pairs[2 * place] = key;
        pairs[2 * place + 1] = value;
        size++;
    }

    @Override
    @Nullable
    V compareAndSet(K key, @Nullable V expected, @Nullable V next) {
        int hash = hash(key);
        int slot = find(key, hash);
        V found = slot < 0 ? null : value(slot);
        if (found == expected) {
            if (next == null) {
                removeAt(slot);
            } else if (slot < 0) {
                insert(key, hash, next, ~slot);
            } else {
                pairs[2 * slot + 1] = next;
            }
        }
        return found;
    }

    @Override
    @Nullable
    V remove(Object key) {
        int slot = find(key, hash(key));
        if (slot < 0) {
            return null;
        }
        V old = value(slot);
        removeAt(slot);
        return old;
    }

    /** Removes the entry in a slot. Does nothing for the complement of a slot, which stands for no entry. */
    private void removeAt(int slot) {
        if (slot < 0) {
            return;
        }
        close(slot);
        size--;
        if (bits > FEWEST_BITS && size < 1 << (bits - 3)) {
            rebuild(bits - 1); // otherwise a scan would visit more and more free slots
        }
    }

    @Override
    @Nullable
    Object query(MapQuery<?> query) {
        if (query == MapQuery.SIZE) {
            return size;
        }
        MapQuery.HashScan<?, ?> scan = (MapQuery.HashScan<?, ?>) query;
        return scan(scan.position, scan.limit);
    }

    /**
     * Returns entries with a hash of {@code position} or above. May return more than {@code limit}, since entries with
     * the same hash stay together.
     */
    MapChunk<K, V> scan(long position, int limit) {
        int most = Math.min(limit, size);
        if (most == 0 || position >= END) {
            return MapChunk.empty();
        }
        int slot = home((int) position);
        while (slot < hashes.length && Integer.toUnsignedLong(hashes[slot]) < position) {
            slot++; // lower hashes, and free slots
        }
        @Nullable Object[] keys = new Object[most];
        @Nullable Object[] values = new Object[most];
        int count = 0;
        for (; count < most && slot < hashes.length; slot++) {
            // A free slot is copied as well, and the next entry overwrites it. A branch to avoid the copy would be
            // unpredictable.
            keys[count] = pairs[2 * slot];
            values[count] = pairs[2 * slot + 1];
            count += hashes[slot] == FREE ? 0 : 1;
        }
        return slot == hashes.length
                ? new MapChunk<>(keys, values, count, END)
                : withTheSameHash(keys, values, count, slot);
    }

    /** Adds the entries from {@code slot} on that have the same hash as the one before. */
    private MapChunk<K, V> withTheSameHash(@Nullable Object[] keys, @Nullable Object[] values, int count, int slot) {
        int last = hashes[slot - 1];
        int end = slot;
        while (hashes[end] == last) {
            end++;
        }
        int size = count + end - slot;
        if (end > slot) {
            keys = Arrays.copyOf(keys, size);
            values = Arrays.copyOf(values, size);
        }
        for (int i = count; i < size; i++, slot++) {
            keys[i] = pairs[2 * slot];
            values[i] = pairs[2 * slot + 1];
        }
        return new MapChunk<>(keys, values, size, Integer.toUnsignedLong(last) + 1);
    }

    /** Returns the hash of a key, which is never {@link #FREE}. */
    private static int hash(Object key) {
        int code = key.hashCode();
        int hash = (code ^ (code >>> 16)) * GOLDEN;
        return hash == FREE ? 1 : hash;
    }

    private int home(int hash) {
        return hash >>> -bits; // by Integer.SIZE - bits
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a slot in use has a key and a value
    private V value(int slot) {
        return (V) pairs[2 * slot + 1];
    }

    /** Returns the slot of a key. For a missing key, returns the complement of the slot where it belongs. */
    private int find(Object key, int hash) {
        int[] hashes = this.hashes;
        for (int slot = home(hash); ; slot++) {
            int there = hashes[slot];
            if (there == hash) {
                if (key.equals(pairs[2 * slot])) {
                    return slot;
                }
            } else if (there == FREE || Integer.compareUnsigned(there, hash) > 0) {
                return ~slot;
            }
        }
    }

    /** Frees {@code slot} for a new entry, or rebuilds the table. Returns the slot where the entry then belongs. */
    private int makeRoom(int hash, int slot) {
        int homes = 1 << bits;
        if (size >= homes - homes / 4) {
            rebuild(bits + 1);
            return makeRoom(hash, placeOf(hash));
        }
        int free = slot;
        while (hashes[free] != FREE) {
            free++;
        }
        if (free == hashes.length - 1) {
            rebuild(bits, 2 * slack());
            return makeRoom(hash, placeOf(hash));
        }
        System.arraycopy(hashes, slot, hashes, slot + 1, free - slot);
        System.arraycopy(pairs, 2 * slot, pairs, 2 * slot + 2, 2 * (free - slot));
        return slot;
    }

    /** Returns the slot where a missing entry belongs: behind all entries with the same hash or a smaller one. */
    private int placeOf(int hash) {
        int slot = home(hash);
        while (hashes[slot] != FREE && Integer.compareUnsigned(hashes[slot], hash) <= 0) {
            slot++;
        }
        return slot;
    }

    /** Frees a slot. Moves the entries behind it that are not at home one slot to the left. */
    private void close(int slot) {
        int end = slot + 1;
        while (hashes[end] != FREE && home(hashes[end]) < end) {
            end++;
        }
        System.arraycopy(hashes, slot + 1, hashes, slot, end - slot - 1);
        System.arraycopy(pairs, 2 * slot + 2, pairs, 2 * slot, 2 * (end - slot - 1));
        hashes[end - 1] = FREE;
        pairs[2 * end - 2] = null;
        pairs[2 * end - 1] = null;
    }

    /** Returns the number of slots; for tests. */
    int slots() {
        return hashes.length;
    }

    private int slack() {
        return hashes.length - 1 - (1 << bits);
    }

    private void allocate(int newBits, int slack) {
        int length = (1 << newBits) + slack + 1;
        int[] newHashes = new int[length];
        pairs = new Object[2 * length];
        hashes = newHashes;
        bits = newBits;
    }

    private void rebuild(int newBits) {
        if (newBits > MOST_BITS) {
            throw new IllegalStateException("a map must have at most " + size + " entries: size=" + size
                    + "; spread the keys over several maps");
        }
        rebuild(newBits, Math.max(LEAST_SLACK, (1 << newBits) / 64));
    }

    private void rebuild(int newBits, int newSlack) {
        int[] oldHashes = hashes;
        @Nullable Object[] oldPairs = pairs;
        for (int slack = newSlack; ; slack *= 2) {
            allocate(newBits, slack);
            if (fill(oldHashes, oldPairs)) {
                return;
            }
        }
    }

    /** Inserts all entries of the old arrays. Returns false if there is too little slack. */
    private boolean fill(int[] oldHashes, @Nullable Object[] oldPairs) {
        int free = 0;
        for (int old = 0; old < oldHashes.length; old++) {
            int hash = oldHashes[old];
            if (hash == FREE) {
                continue;
            }
            int slot = Math.max(free, home(hash));
            if (slot == hashes.length - 1) {
                return false;
            }
            hashes[slot] = hash;
            pairs[2 * slot] = oldPairs[2 * old];
            pairs[2 * slot + 1] = oldPairs[2 * old + 1];
            free = slot + 1;
        }
        return true;
    }
}
