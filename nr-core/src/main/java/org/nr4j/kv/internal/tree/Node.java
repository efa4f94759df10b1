package org.nr4j.kv.internal.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree: sorted keys in one array of bytes, the page. In a leaf, each key has its value. Either one writer
 * or any number of readers may use it at a time.
 *
 * <p>A page has slots at its front, in the order of the keys, and records at its back, in any order. Only this class,
 * and callers that use positions of records, know that a page is an array on the heap.
 */
/*
 *   slot     head of the key (8 bytes), position of the record counted from the page's end (4)
 *   record   length of the key (2), length of the value (4), key, value
 *
 * All keys of the node have the first `skip` bytes in common. The head is the 8 bytes of the key after these. A search
 * reads the heads, which are consecutive in memory. It reads a record only where heads are equal.
 *
 * A node belongs to the tree whose mark it has in `owner`. Another tree (a snapshot, or the tree of which it was taken)
 * may read the node, and copies it before a change.
 */
public abstract class Node {
    static final int SLOT = 12;
    static final int HEADER = 6;
    static final int MAX_KEY = 0xFFFF;

    /** Stands for the length of a value that is outside the page. */
    static final int OUTSIDE = -1;

    private static final byte[] NO_PAGE = new byte[0];

    /**
     * Heads leave out common prefixes of this length or more. With a shorter one, heads hold enough of the key, and a
     * search need not read a record for the prefix.
     */
    private static final int MIN_SKIP = 5;

    /** The least room left in a new page. */
    private static final int MIN_ROOM = 64;

    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    /** The mark of the tree that may change this node. */
    Object owner;

    /** The number of keys. */
    int size;

    byte[] page;

    /** How many leading bytes, common to all keys, the heads leave out. */
    int skip;

    /** Bytes of records at the page's end, and how many of them are free. */
    int recordBytes;

    int garbage;

    Node(Object owner) {
        this.owner = owner;
        this.page = NO_PAGE;
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

    // ---- searching ----

    /** Returns the slot of the key. For a missing key, returns {@code -1 - slot} with the slot where it belongs. */
    public final int find(byte[] key) {
        int skip = this.skip;
        if (skip > 0) {
            int start = keyStart(record(0));
            int order = Arrays.compareUnsigned(key, 0, Math.min(key.length, skip), page, start, start + skip);
            if (order != 0) {
                return order < 0 ? -1 : -1 - size;
            }
        }
        long head = head(key, skip, key.length);
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long other = head(middle);
            int order = other == head ? compareKey(middle, key) : other < head ? -1 : 1;
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1 - low;
    }

    /** Returns the first slot whose key is not less than {@code key}. */
    final int lowerBound(byte[] key) {
        int slot = find(key);
        return slot < 0 ? -1 - slot : slot;
    }

    /** Returns the first slot whose key is greater than {@code key}. */
    final int upperBound(byte[] key) {
        int slot = find(key);
        return slot < 0 ? -1 - slot : slot + 1;
    }

    final int compareKey(int slot, byte[] key) {
        int record = record(slot);
        int start = keyStart(record);
        return Arrays.compareUnsigned(page, start, start + keyLength(record), key, 0, key.length);
    }

    final int compareKey(int slot, Node other, int otherSlot) {
        int record = record(slot);
        int start = keyStart(record);
        int otherRecord = other.record(otherSlot);
        int otherStart = other.keyStart(otherRecord);
        return Arrays.compareUnsigned(
                page,
                start,
                start + keyLength(record),
                other.page,
                otherStart,
                otherStart + other.keyLength(otherRecord));
    }

    /** Returns the 8 bytes from {@code from} on as a number with the same order. Missing bytes are zeros. */
    static long head(byte[] bytes, int from, int to) {
        if (to - from >= Long.BYTES) {
            return (long) BIG_LONG.get(bytes, from) ^ Long.MIN_VALUE;
        }
        long head = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            head = head << 8 | (from + i < to ? bytes[from + i] & 0xFF : 0);
        }
        return head ^ Long.MIN_VALUE;
    }

    // ---- records ----

    final long head(int slot) {
        return (long) LONG.get(page, slot * SLOT);
    }

    final int record(int slot) {
        return page.length - (int) INT.get(page, slot * SLOT + Long.BYTES);
    }

    final int keyLength(int record) {
        return (short) SHORT.get(page, record) & MAX_KEY;
    }

    final int keyStart(int record) {
        return record + HEADER;
    }

    final int valueLength(int record) {
        return (int) INT.get(page, record + Short.BYTES);
    }

    final int valueStart(int record) {
        return record + HEADER + keyLength(record);
    }

    public final byte[] key(int slot) {
        int start = keyStart(record(slot));
        return Arrays.copyOfRange(page, start, start + keyLength(start - HEADER));
    }

    /** Returns a copy of the back of the page, where the records are. */
    final byte[] copyOfRecords() {
        return Arrays.copyOfRange(page, page.length - recordBytes, page.length);
    }

    /** Returns how many bytes of the page slots and records need. */
    final int liveBytes() {
        return size * SLOT + recordBytes - garbage;
    }

    /** Returns how many bytes of the page a slot and its record take. */
    final int entryBytes(int slot) {
        return SLOT + recordLength(record(slot));
    }

    final int recordLength(int record) {
        return HEADER + keyLength(record) + Math.max(0, valueLength(record));
    }

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
