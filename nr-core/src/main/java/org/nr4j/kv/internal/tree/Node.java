package org.nr4j.kv.internal.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree: how its page changes. Either one writer or any number of readers may use it at a time.
 *
 * <p>A node belongs to the tree whose mark it has in {@link #owner}. Another tree (a snapshot, or the tree of which it
 * was taken) may read the node, and copies it before a change.
 */
public abstract class Node extends Page {
    /**
     * Heads leave out common prefixes of this length or more. With a shorter one, heads hold enough of the key, and a
     * search need not read a record for the prefix.
     */
    private static final int MIN_SKIP = 5;

    /** The least room left in a new page. */
    private static final int MIN_ROOM = 64;

    /** The mark of the tree that may change this node. */
    Object owner;

    Node(Object owner) {
        this.owner = owner;
    }

    /** Creates a copy for another tree. */
    Node(Object owner, Node original) {
        this.owner = owner;
        this.size = original.size;
        this.page = original.page.clone();
        this.skip = original.skip;
        this.recordBytes = original.recordBytes;
        this.garbage = original.garbage;
    }

    /** Returns a copy that {@code owner} may change. */
    abstract Node copy(Object owner);

    abstract boolean isEmpty();

    /** Adds the totals of all entries below. */
    abstract void addTotals(long[] to, int at);

    /** Returns the earliest expiry of all entries below. */
    abstract long minExpiry();

    // ---- changing ----

    /**
     * Inserts a key and its value.
     *
     * @param value the value, or null to keep none here
     * @param valueLength the length to store for the value
     */
    final void insertRecord(int slot, byte[] key, byte @Nullable [] value, int valueLength) {
        int length = HEADER + key.length + (value == null ? 0 : value.length);
        reserve(SLOT + length);
        adjustSkip(key);
        int from = slot * SLOT;
        System.arraycopy(page, from, page, from + SLOT, (size - slot) * SLOT);
        LONG.set(page, from, head(key, skip, key.length));
        size++;
        int record = appendRecord(slot, length);
        SHORT.set(page, record, (short) key.length);
        INT.set(page, record + Short.BYTES, valueLength);
        System.arraycopy(key, 0, page, keyStart(record), key.length);
        if (value != null) {
            System.arraycopy(value, 0, page, valueStart(record), value.length);
        }
    }

    /** Replaces the value of a key. The arguments are those of {@link #insertRecord}. */
    final void replaceValue(int slot, byte @Nullable [] value, int valueLength) {
        int newLength = value == null ? 0 : value.length;
        int record = record(slot);
        int surplus = Math.max(0, valueLength(record)) - newLength;
        if (surplus >= 0) {
            garbage += surplus;
        } else {
            record = moveRecord(slot, newLength);
        }
        INT.set(page, record + Short.BYTES, valueLength);
        if (value != null) {
            System.arraycopy(value, 0, page, valueStart(record), newLength);
        }
    }

    /** Moves a record to where its value has room to grow. */
    private int moveRecord(int slot, int newLength) {
        int keyLength = keyLength(record(slot));
        int length = HEADER + keyLength + newLength;
        reserve(length);
        int old = record(slot);
        garbage += recordLength(old);
        int record = appendRecord(slot, length);
        System.arraycopy(page, old, page, record, HEADER + keyLength);
        return record;
    }

    private int appendRecord(int slot, int length) {
        recordBytes += length;
        INT.set(page, slot * SLOT + Long.BYTES, recordBytes);
        return page.length - recordBytes;
    }

    /** Removes the slots from {@code from} up to {@code to}, exclusive. */
    final void removeRecords(int from, int to) {
        for (int slot = from; slot < to; slot++) {
            garbage += recordLength(record(slot));
        }
        System.arraycopy(page, to * SLOT, page, from * SLOT, (size - to) * SLOT);
        size -= to - from;
        if (size == 0) {
            recordBytes = 0;
            garbage = 0;
            skip = 0;
        }
    }

    /**
     * Appends the slots from {@code from} up to {@code to}, exclusive, of another node. Their keys are greater than
     * those here.
     */
    final void appendRecords(Node other, int from, int to) {
        int bytes = 0;
        for (int slot = from; slot < to; slot++) {
            bytes += other.entryBytes(slot);
        }
        if (page.length - size * SLOT - recordBytes < bytes) {
            rebuild(bytes);
        }
        for (int slot = from; slot < to; slot++) {
            copyRecord(other, other.record(slot), size++);
        }
        writeHeads(commonPrefix());
    }

    /** Takes over the page of another node, which nobody uses after that. */
    final void takePage(Node other) {
        page = other.page;
        size = other.size;
        skip = other.skip;
        recordBytes = other.recordBytes;
        garbage = other.garbage;
    }

    private void copyRecord(Node from, int record, int slot) {
        int length = from.recordLength(record);
        System.arraycopy(from.page, record, page, appendRecord(slot, length), length);
    }

    private void reserve(int bytes) {
        if (page.length - size * SLOT - recordBytes < bytes) {
            rebuild(bytes);
            int common = commonPrefix();
            if (common != skip) {
                writeHeads(common);
            }
        }
    }

    /**
     * Moves everything to a new page, with room for {@code bytes} and an eighth more. This eighth is the overhead of a
     * page.
     */
    private void rebuild(int bytes) {
        byte[] old = page;
        int needed = liveBytes() + bytes;
        byte[] larger = new byte[(needed + Math.max(MIN_ROOM, needed >>> 3) + 7) & -8];
        if (garbage == 0) {
            System.arraycopy(old, 0, larger, 0, size * SLOT);
            System.arraycopy(old, old.length - recordBytes, larger, larger.length - recordBytes, recordBytes);
            page = larger;
        } else {
            compactInto(larger);
        }
    }

    /** Copies the records one by one, in the order of their keys. */
    private void compactInto(byte[] larger) {
        int end = larger.length;
        int used = 0;
        for (int slot = 0; slot < size; slot++) {
            int record = record(slot);
            int length = recordLength(record);
            used += length;
            System.arraycopy(page, record, larger, end - used, length);
            LONG.set(larger, slot * SLOT, head(slot));
            INT.set(larger, slot * SLOT + Long.BYTES, used);
        }
        page = larger;
        recordBytes = used;
        garbage = 0;
    }

    /** Adapts the heads to a key that is about to be inserted, if the common prefix is then shorter. */
    private void adjustSkip(byte[] key) {
        if (size == 0) {
            skip = 0;
        } else if (skip > 0) {
            int start = keyStart(record(0));
            int common = Arrays.mismatch(key, 0, Math.min(key.length, skip), page, start, start + skip);
            if (common >= 0) {
                writeHeads(common < MIN_SKIP ? 0 : common);
            }
        }
    }

    /** Returns how many leading bytes all keys have in common; 0 if they are few. */
    final int commonPrefix() {
        if (size < 2) {
            return 0;
        }
        int first = record(0);
        int last = record(size - 1);
        int length = Math.min(keyLength(first), keyLength(last));
        int mismatch = Arrays.mismatch(
                page, keyStart(first), keyStart(first) + length, page, keyStart(last), keyStart(last) + length);
        int common = mismatch < 0 ? length : mismatch;
        return common < MIN_SKIP ? 0 : common;
    }

    private void writeHeads(int newSkip) {
        skip = newSkip;
        for (int slot = 0; slot < size; slot++) {
            int record = record(slot);
            int start = keyStart(record);
            LONG.set(page, slot * SLOT, head(page, start + newSkip, start + keyLength(record)));
        }
    }
}
