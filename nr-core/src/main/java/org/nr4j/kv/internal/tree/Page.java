package org.nr4j.kv.internal.tree;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The keys of a node of the tree, sorted, in one array of bytes: how they are found and read. In a leaf, each key has
 * its value. Either one writer or any number of readers may use it at a time.
 *
 * <p>A page has slots at its front, in the order of the keys, and records at its back, in any order. Only this class,
 * {@link Node}, and callers that use positions of records, know that a page is an array on the heap.
 */
/*
 *   slot     head of the key (8 bytes), position of the record counted from the page's end (4)
 *   record   length of the key (2), length of the value (4), key, value
 *
 * All keys of the page have the first `skip` bytes in common. The head is the 8 bytes of the key after these. A search
 * reads the heads, which are consecutive in memory. It reads a record only where heads are equal.
 */
public abstract class Page {
    static final int SLOT = 12;
    static final int HEADER = 6;
    static final int MAX_KEY = 0xFFFF;

    /** Stands for the length of a value that is outside the page. */
    static final int OUTSIDE = -1;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int CACHE_LINE = 64;
    private static final byte[] NO_PAGE = new byte[0];

    /** The number of keys. */
    int size;

    byte[] page = NO_PAGE;

    /** How many leading bytes, common to all keys, the heads leave out. */
    int skip;

    /** Bytes of records at the page's end, and how many of them are free. */
    int recordBytes;

    int garbage;

    // ---- searching ----

    /** Returns the slot of the key. For a missing key, returns {@code -1 - slot} with the slot where it belongs. */
    public final int find(byte[] key) {
        long head = head(key, skip, key.length);
        int slot = firstSlotFrom(head);
        // Mostly this is the key. Then the search does not look at the prefix, which is in another line of memory.
        boolean found = slot < size && head(slot) == head && compareKey(slot, key) == 0;
        return found ? slot : findBeside(key, head, slot);
    }

    /**
     * Returns the first slot whose head is not less than a head. The loop takes the same steps whatever the heads are:
     * the comparison chooses between two numbers, which needs no branch that the processor would mispredict half of
     * the time.
     */
    private int firstSlotFrom(long head) {
        int first = 0;
        int rest = size;
        while (rest > 1) {
            int half = rest >>> 1;
            first = head(first + half - 1) < head ? first + half : first;
            rest -= half;
        }
        return rest == 1 && head(first) < head ? first + 1 : first;
    }

    /**
     * As {@link #find}, if the first slot that does not have a lower head has another key. Looks at the common prefix,
     * and at the slots that have the same head.
     */
    private int findBeside(byte[] key, long head, int slot) {
        if (skip > 0) {
            int start = keyStart(record(0));
            int order = Arrays.compareUnsigned(key, 0, Math.min(key.length, skip), page, start, start + skip);
            if (order != 0) {
                return order < 0 ? -1 : -1 - size;
            }
        }
        if (slot == size || head(slot) != head) {
            return -1 - slot;
        }
        int low = slot;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = head(middle) == head ? compareKey(middle, key) : 1; // none of these heads is less
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

    /** Reads all slots, so that they come into the caches. Returns what it read. */
    final int touchSlots() {
        int seen = 0;
        for (int at = 0; at < size * SLOT; at += CACHE_LINE) {
            seen += page[at];
        }
        return seen;
    }

    /** Reads the beginning of a key's record, so that it comes into the caches. Returns what it read. */
    final int touchRecord(byte[] key) {
        int slot = firstSlotFrom(head(key, skip, key.length));
        if (slot == size) {
            return 0;
        }
        int record = record(slot);
        return page[record] + page[Math.min(record + CACHE_LINE, page.length - 1)];
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
}
