package org.nr4j.kv.internal.value;

/** A value that is not in a page. Never changes. Any thread may use it; all replicas share it. */
public interface OutsideValue {
    /** Returns the length in bytes. */
    int length();

    /**
     * Returns the bytes, in an array of the caller's own.
     *
     * @throws java.io.UncheckedIOException if the value is on a disk that cannot give it
     */
    byte[] copy();

    /** Whether the value has these bytes. Throws as {@link #copy}. */
    boolean hasBytes(byte[] bytes);
}
