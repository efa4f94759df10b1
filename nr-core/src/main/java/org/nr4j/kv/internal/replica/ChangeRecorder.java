package org.nr4j.kv.internal.replica;

import org.jspecify.annotations.Nullable;

/** Hears of each change of an entry, in order. The arrays are not to be changed. */
@FunctionalInterface
public interface ChangeRecorder {
    /**
     * An entry came, changed or went.
     *
     * @param before what there was until now, null if nothing
     * @param after what there is from now on, null if nothing
     * @param expired whether the entry went because its instant had come
     */
    void changed(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired);

    /** What there is under a key. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares these
    record Content(byte[] value, long expiry) {}
}
