package org.nr4j.kv.internal.values;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Values of files that were read lately, up to a number of bytes. A value that was read again gets a second chance
 * before it goes (the clock algorithm). For any number of threads.
 */
final class ValueCache {
    private final long budget;

    /** The values that the cache keeps, in the order in which it looks at them. Guarded by this. */
    private final Deque<DiskValue> kept = new ArrayDeque<>();

    /** Their lengths together. Guarded by this. */
    private long bytes;

    /** @param budget how many bytes to keep; 0 for none */
    ValueCache(long budget) {
        this.budget = budget;
    }

    /** Keeps the bytes of a value that was read. Returns whether it does: then nobody must change the array. */
    boolean keep(DiskValue value, byte[] array) {
        if (array.length > budget / 8) {
            return false; // it would push out too much
        }
        synchronized (this) {
            if (!value.isCached()) {
                value.setCached(array);
                kept.add(value);
                bytes += array.length;
                shrink();
            }
        }
        return true;
    }

    private void shrink() {
        while (bytes > budget) {
            DiskValue oldest = kept.remove();
            if (oldest.takeUsed()) {
                kept.add(oldest);
            } else {
                drop(oldest);
            }
        }
    }

    private void drop(DiskValue value) {
        value.setCached(null);
        bytes -= value.length();
    }

    /** Forgets the values of a file that was deleted. */
    synchronized void forget(ValueFile file) {
        kept.removeIf(value -> {
            boolean gone = value.valueFile() == file;
            if (gone) {
                drop(value);
            }
            return gone;
        });
    }

    synchronized long bytes() {
        return bytes;
    }
}
