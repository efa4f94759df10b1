package org.nr4j.kv.internal;

import org.jspecify.annotations.Nullable;

/** Hears of each change of an entry, in order. The arrays are not to be changed. */
@FunctionalInterface
public interface ChangeListener {
    /**
     * An entry came, changed or went.
     *
     * @param before its value until now, null if there was no entry
     * @param after its value from now on, null if there is none any more
     */
    void changed(byte[] key, byte @Nullable [] before, byte @Nullable [] after);
}
