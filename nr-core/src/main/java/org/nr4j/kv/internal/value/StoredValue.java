package org.nr4j.kv.internal.value;

/** A value that is in a file. The tree keeps only its place. */
public interface StoredValue extends OutsideValue {
    /** Returns the number of the file. */
    long file();

    /** Returns where the value is in the file, in bytes. */
    long offset();

    /** Whether another value is at the same place. */
    default boolean isAt(StoredValue other) {
        return file() == other.file() && offset() == other.offset();
    }

    /** Declares that the write that brings this value has returned; until then its file stays. */
    void written();
}
