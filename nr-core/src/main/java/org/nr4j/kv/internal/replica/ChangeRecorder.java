package org.nr4j.kv.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.value.OutsideValue;

/** Receives each change of an entry, in order. It must not change the arrays. */
@FunctionalInterface
public interface ChangeRecorder {
    /**
     * Receives a change: an entry was added, changed or removed.
     *
     * @param before what the key had before, null if nothing
     * @param after what the key has after, null if nothing
     * @param expired whether the entry was removed because its instant had come
     */
    void changed(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired);

    /** A value and its expiry. */
    record Content(OutsideValue value, long expiry) {}
}
