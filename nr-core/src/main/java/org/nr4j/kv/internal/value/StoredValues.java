package org.nr4j.kv.internal.value;

/** Finds values by their places. */
@FunctionalInterface
public interface StoredValues {
    /** Returns the value at a place, whether it is intact or not. */
    StoredValue at(long file, long offset, int length);
}
