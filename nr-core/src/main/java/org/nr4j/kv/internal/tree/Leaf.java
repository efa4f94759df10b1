package org.nr4j.kv.internal.tree;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.kv.internal.value.OutsideValue;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * A leaf: entries with their values, hashes and expiries. Data that only some stores or entries have are in arrays
 * beside the page, in the order of the slots. The leaf creates such an array when it first needs it.
 */
public final class Leaf extends Node {
    private static final int LIMBS = 4;

    private final Shape shape;

    /** Four limbs for each slot; null where fingerprints are off. */
    private long @Nullable [] hashes;

    /** An instant for each slot; null until an entry expires. */
    private long @Nullable [] expiries;

    /** The values that are not in the page; null for a value inside it. All replicas share them. */
    @Nullable
    OutsideValue @Nullable [] outside;

    private long minExpiry = Totals.NEVER;

    /** Visits entries in their leaves. */
    @FunctionalInterface
    public interface Visitor {
        void visit(Leaf leaf, int slot);
    }

    Leaf(Shape shape, Object owner) {
        super(owner);
        this.shape = shape;
        this.hashes = shape.fingerprints() ? new long[2 * LIMBS] : null;
    }

    private Leaf(Leaf original, Object owner) {
        super(owner, original);
        this.shape = original.shape;
        this.hashes = original.hashes == null ? null : original.hashes.clone();
        this.expiries = original.expiries == null ? null : original.expiries.clone();
        this.outside = original.outside == null ? null : original.outside.clone();
        this.minExpiry = original.minExpiry;
    }

    @Override
    Leaf copy(Object owner) {
        return new Leaf(this, owner);
    }

    @Override
    boolean isEmpty() {
        return size == 0;
    }

    @Override
    long minExpiry() {
        return minExpiry;
    }

    /** Whether a key is between the first key and the last, or is one of them: then it belongs into this leaf. */
    boolean surrounds(byte[] key) {
        return size > 0 && compareKey(0, key) <= 0 && compareKey(size - 1, key) >= 0;
    }

    // ---- entries ----

    /** Returns a copy of the value. */
    public byte[] value(int slot) {
        int record = record(slot);
        int length = valueLength(record);
        if (length == OUTSIDE) {
            return outside(slot).copy();
        }
        byte[] page = this.page;
        int start = valueStart(record);
        Objects.checkFromIndexSize(start, length, page.length); // an optimistic read may see any length
        return Arrays.copyOfRange(page, start, start + length);
    }

    /** Returns a copy of the value, or the {@link StoredValue} if it is in a file. */
    public Object valueOrStored(int slot) {
        return outsideValue(slot) instanceof StoredValue stored ? stored : value(slot);
    }

    /** Returns the value to keep elsewhere. Only a value that is in the page is copied. */
    public OutsideValue valueToShare(int slot) {
        OutsideValue value = outsideValue(slot);
        return value == null ? new HeapValue(value(slot)) : value;
    }

    /** Returns the value, or null if it is in the page. */
    @Nullable
    OutsideValue outsideValue(int slot) {
        return valueLength(record(slot)) == OUTSIDE ? outside(slot) : null;
    }

    boolean hasValue(int slot, byte[] value) {
        int record = record(slot);
        int length = valueLength(record);
        if (length == OUTSIDE) {
            return outside(slot).hasBytes(value);
        }
        int start = valueStart(record);
        return Arrays.equals(page, start, start + length, value, 0, value.length);
    }

    int valueBytes(int slot) {
        int length = valueLength(record(slot));
        return length == OUTSIDE ? outside(slot).length() : length;
    }

    private OutsideValue outside(int slot) {
        return Objects.requireNonNull(Objects.requireNonNull(outside)[slot]);
    }

    /** Returns a copy of an entry's hash; null where fingerprints are off. */
    long @Nullable [] hash(int slot) {
        return hashes == null ? null : Arrays.copyOfRange(hashes, slot * LIMBS, (slot + 1) * LIMBS);
    }

    public long expiry(int slot) {
        return expiries == null ? Totals.NEVER : expiries[slot];
    }

    // A new value comes either as the bytes to put inside the page, or as a value to keep outside of it.

    void insert(
            int slot,
            byte[] key,
            byte @Nullable [] inside,
            @Nullable OutsideValue value,
            long expiry,
            long @Nullable [] hash) {
        insertRecord(slot, key, inside, inside == null ? OUTSIDE : inside.length);
        hashes = SlotArrays.shiftRight(hashes, slot, size, LIMBS);
        expiries = SlotArrays.shiftRight(expiries, slot, size, 1);
        if (outside != null) {
            outside = SlotArrays.insertNull(outside, slot, size);
        }
        setOutside(slot, value);
        setHashAndExpiry(slot, expiry, hash);
    }

    void replace(
            int slot, byte @Nullable [] inside, @Nullable OutsideValue value, long expiry, long @Nullable [] hash) {
        replaceValue(slot, inside, inside == null ? OUTSIDE : inside.length);
        setOutside(slot, value);
        setExpiry(slot, expiry, hash);
    }

    void setExpiry(int slot, long expiry, long @Nullable [] hash) {
        long before = expiry(slot);
        setHashAndExpiry(slot, expiry, hash);
        if (before == minExpiry && expiry > before) {
            recomputeMinExpiry();
        }
    }

    private void setOutside(int slot, @Nullable OutsideValue value) {
        if (outside != null) {
            outside[slot] = value;
        } else if (value != null) {
            outside = new OutsideValue[Math.max(size, 4)];
            outside[slot] = value;
        }
    }

    private void setHashAndExpiry(int slot, long expiry, long @Nullable [] hash) {
        if (hashes != null && hash != null) {
            System.arraycopy(hash, 0, hashes, slot * LIMBS, LIMBS);
        }
        if (expiries == null && expiry != Totals.NEVER) {
            expiries = new long[SlotArrays.withRoom(size)];
            Arrays.fill(expiries, Totals.NEVER);
        }
        if (expiries != null) {
            expiries[slot] = expiry;
            minExpiry = Math.min(minExpiry, expiry);
        }
    }

    /** Removes the entries from {@code from} up to {@code to}, exclusive. */
    void remove(int from, int to) {
        long[] hashes = this.hashes;
        if (hashes != null) {
            System.arraycopy(hashes, to * LIMBS, hashes, from * LIMBS, (size - to) * LIMBS);
        }
        if (outside != null) {
            System.arraycopy(outside, to, outside, from, size - to);
            Arrays.fill(outside, size - (to - from), size, null);
        }
        long[] expiries = this.expiries;
        if (expiries != null) {
            System.arraycopy(expiries, to, expiries, from, size - to);
        }
        removeRecords(from, to);
        if (expiries != null) {
            recomputeMinExpiry();
        }
    }

    private void recomputeMinExpiry() {
        long[] expiries = this.expiries;
        long min = Totals.NEVER;
        if (expiries != null) {
            for (int slot = 0; slot < size; slot++) {
                min = Math.min(min, expiries[slot]);
            }
        }
        minExpiry = min;
    }

    /**
     * Removes entries that expire at {@code now} or before.
     *
     * @param removed receives the totals of the removed entries
     * @param visitor visits each entry before it is removed
     * @return how many were removed
     */
    int removeDue(long now, long[] removed, @Nullable Visitor visitor) {
        int count = 0;
        int end = size;
        while (end > 0) {
            int from = end;
            while (from > 0 && expiry(from - 1) <= now) {
                from--;
                count++;
                if (visitor != null) {
                    visitor.visit(this, from);
                }
            }
            if (from < end) {
                addTotals(removed, 0, from, end);
                remove(from, end);
            }
            end = from - 1;
        }
        return count;
    }

    // ---- splitting and merging ----

    boolean isOverfull() {
        return size > shape.maxEntries() || (size > 1 && liveBytes() > shape.pageBytes());
    }

    /**
     * Moves the upper part of the entries to a new leaf. If the entry just inserted indicates that keys come in
     * ascending order, this leaf stays full.
     *
     * @param slot the slot of the entry just inserted
     */
    Leaf split(int slot, Object owner) {
        int at = slot == size - 1 ? size - 1 : middle();
        Leaf right = part(at, size, owner);
        Leaf left = part(0, at, owner);
        take(left);
        return right;
    }

    private int middle() {
        int half = liveBytes() / 2;
        int bytes = 0;
        int slot = 0;
        while (slot < size - 1 && bytes < half) {
            bytes += entryBytes(slot++);
        }
        return Math.max(1, slot);
    }

    private Leaf part(int from, int to, Object owner) {
        Leaf part = new Leaf(shape, owner);
        part.append(this, from, to);
        return part;
    }

    private void take(Leaf other) {
        takePage(other);
        hashes = other.hashes;
        expiries = other.expiries;
        outside = other.outside;
        minExpiry = other.minExpiry;
    }

    /** Whether this leaf and its right neighbour should be one. */
    boolean shouldMergeWith(Leaf right) {
        return (isUnderfull() || right.isUnderfull())
                && size + right.size <= shape.maxEntries() * 3 / 4
                && liveBytes() + right.liveBytes() <= shape.pageBytes() * 3 / 4;
    }

    boolean isUnderfull() {
        return size < shape.maxEntries() / 4 && liveBytes() < shape.pageBytes() / 4;
    }

    /** Appends entries of another leaf, whose keys are greater. */
    void append(Leaf other, int from, int to) {
        int before = size;
        int count = to - from;
        appendRecords(other, from, to);
        long[] otherHashes = other.hashes;
        if (otherHashes != null) {
            long[] longer = Arrays.copyOf(otherHashes, SlotArrays.withRoom(size) * LIMBS);
            if (hashes != null) {
                System.arraycopy(hashes, 0, longer, 0, before * LIMBS);
            }
            System.arraycopy(otherHashes, from * LIMBS, longer, before * LIMBS, count * LIMBS);
            hashes = longer;
        }
        if (expiries != null || other.expiries != null) {
            appendExpiries(other, before, from, to);
        }
        if (outside != null || other.outside != null) {
            @Nullable OutsideValue[] longer = new OutsideValue[SlotArrays.withRoom(size)];
            if (outside != null) {
                System.arraycopy(outside, 0, longer, 0, before);
            }
            if (other.outside != null) {
                System.arraycopy(other.outside, from, longer, before, count);
            }
            outside = longer;
        }
    }

    private void appendExpiries(Leaf other, int before, int from, int to) {
        long[] longer = new long[SlotArrays.withRoom(size)];
        for (int slot = 0; slot < before; slot++) {
            longer[slot] = expiry(slot);
        }
        for (int slot = from; slot < to; slot++) {
            longer[before + slot - from] = other.expiry(slot);
        }
        expiries = longer;
        recomputeMinExpiry();
    }

    // ---- totals ----

    void addEntry(int slot, long[] to) {
        to[Totals.COUNT]++;
        to[Totals.BYTES] += keyLength(record(slot)) + (long) valueBytes(slot);
        if (hashes != null) {
            Totals.addSum(to, Totals.SUM, hashes, slot * LIMBS);
        }
    }

    void subtractEntry(int slot, long[] from) {
        from[Totals.COUNT]--;
        from[Totals.BYTES] -= keyLength(record(slot)) + (long) valueBytes(slot);
        if (hashes != null) {
            Totals.subtractSum(from, Totals.SUM, hashes, slot * LIMBS);
        }
    }

    @Override
    void addTotals(long[] to, int at) {
        addTotals(to, at, 0, size);
    }

    /**
     * Adds up the entries from {@code from} up to {@code to}, exclusive. For a part of the leaf, the earliest expiry is
     * that of the whole leaf.
     */
    void addTotals(long[] to, int at, int from, int end) {
        long bytes = 0;
        for (int slot = from; slot < end; slot++) {
            bytes += keyLength(record(slot)) + (long) valueBytes(slot);
        }
        to[at + Totals.BYTES] += bytes;
        to[at + Totals.COUNT] += end - from;
        to[at + Totals.EXPIRY] = Math.min(to[at + Totals.EXPIRY], minExpiry);
        addHashes(to, at + Totals.SUM, from, end);
    }

    /** Adds hashes to the four limbs at {@code at}. */
    void addHashes(long[] to, int at, int from, int end) {
        if (hashes != null) {
            Totals.addSums(to, at, hashes, from * LIMBS, LIMBS, end - from);
        }
    }
}
