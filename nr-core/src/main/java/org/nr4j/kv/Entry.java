package org.nr4j.kv;

import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.replica.ChangeRecorder.Content;
import org.nr4j.kv.internal.tree.EntryConsumer;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.kv.internal.value.OutsideValue;
import org.nr4j.kv.internal.value.StoredValue;
import org.nr4j.kv.internal.values.ReadAhead;

/**
 * A key and its value, as they were when the store answered. Immutable: each call returns a copy that is the caller's
 * own.
 */
public final class Entry {
    /**
     * The key from {@code start} on, followed by the value unless it is outside. Entries of one answer share the array.
     */
    private final byte[] bytes;

    private final int start;
    private final int keyLength;
    private final int valueLength;
    private final @Nullable OutsideValue outside;
    private final long expiry;

    Entry(byte[] bytes, int start, int keyLength, int valueLength, @Nullable OutsideValue outside, long expiry) {
        this.bytes = bytes;
        this.start = start;
        this.keyLength = keyLength;
        this.valueLength = valueLength;
        this.outside = outside;
        this.expiry = expiry;
    }

    /** Returns the entry of a key and its content; null if there is no content. */
    static @Nullable Entry of(byte[] key, @Nullable Content content) {
        return content == null ? null : of(key, content.value(), content.expiry());
    }

    /** Returns a consumer that adds the entries of a scan to a list. */
    static EntryConsumer into(List<Entry> entries) {
        return (bytes, start, keyLength, valueLength, outside, expiry) ->
                entries.add(new Entry(bytes, start, keyLength, valueLength, outside, expiry));
    }

    /** Returns an entry of a key and a value that nobody changes. */
    static Entry of(byte[] key, OutsideValue value, long expiry) {
        return new Entry(key, 0, key.length, 0, value, expiry);
    }

    /** Returns the value if it is in a file, or null. */
    @Nullable
    StoredValue storedValue() {
        return outside instanceof StoredValue stored ? stored : null;
    }

    /** Returns the same entry with the value that was read from its file. */
    Entry withValue(byte[] value) {
        return new Entry(bytes, start, keyLength, 0, new HeapValue(value), expiry);
    }

    /** Returns the same entries with the values that are in files. */
    static List<Entry> withValues(List<Entry> entries) {
        List<StoredValue> stored = entries.stream()
                .map(Entry::storedValue)
                .filter(Objects::nonNull)
                .toList();
        if (!stored.isEmpty()) {
            Iterator<byte[]> values = List.of(ReadAhead.readAll(stored)).iterator();
            entries.replaceAll(entry -> entry.storedValue() == null ? entry : entry.withValue(values.next()));
        }
        return entries;
    }

    /** Returns the key. */
    public byte[] key() {
        return Arrays.copyOfRange(bytes, start, start + keyLength);
    }

    /**
     * Returns the value.
     *
     * @throws java.io.UncheckedIOException if the value is on the disk only, was not read yet, and the disk cannot give
     *     it; see {@link org.nr4j.kv.durable.Durability#valuesOnDisk}
     */
    public byte[] value() {
        if (outside != null) {
            return outside.copy();
        }
        int from = start + keyLength;
        return Arrays.copyOfRange(bytes, from, from + valueLength);
    }

    /** Returns the length of the value, in bytes. */
    public int valueLength() {
        return outside == null ? valueLength : outside.length();
    }

    /**
     * Copies the value into an array, from an offset on. Cheaper than {@link #value()} for a caller that puts several
     * values together.
     *
     * @throws IndexOutOfBoundsException if the value does not fit; the array is then unchanged
     * @throws java.io.UncheckedIOException as {@link #value()}
     */
    public void copyValueTo(byte[] target, int offset) {
        Objects.checkFromIndexSize(offset, valueLength(), target.length);
        if (outside == null) {
            System.arraycopy(bytes, start + keyLength, target, offset, valueLength);
        } else {
            byte[] value = outside.copy();
            System.arraycopy(value, 0, target, offset, value.length);
        }
    }

    /** Returns when the entry expires; empty if it does not. */
    public Optional<Instant> expiry() {
        return Expiry.instant(expiry);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry that
                && Arrays.equals(key(), that.key())
                && Arrays.equals(value(), that.value())
                && expiry == that.expiry;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key()) + Arrays.hashCode(value());
    }

    @Override
    public String toString() {
        return Limits.show(key()) + "=" + Limits.show(value());
    }
}
