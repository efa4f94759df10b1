package org.nr4j.kv.internal.value;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.bytes.ByteInput;
import org.nr4j.kv.internal.bytes.ByteOutput;

/**
 * What a log has of an entry whose value is in a file: the place of the value, and the entry's hash, so that nobody has
 * to read the value for it.
 *
 * @param hasher the {@linkplain #NO_HASHER id} of what computed the hash
 * @param hash four limbs; null where fingerprints are off
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares these
public record StoredEntry(StoredValue value, long hasher, long @Nullable [] hash) {
    /** The id that says that there is no hash. */
    public static final long NO_HASHER = 0;

    /** The length of the encoding. */
    public static final int BYTES = 3 * Long.BYTES + Integer.BYTES + 4 * Long.BYTES;

    /** Where the encoding has the length of the value. */
    private static final int LENGTH_OFFSET = 2 * Long.BYTES;

    private static final int LIMBS = 4;

    /** Adds the encoding. */
    public void encodeTo(ByteOutput out) {
        out.writeLong(value.file());
        out.writeLong(value.offset());
        out.writeInt(value.length());
        out.writeLong(hasher);
        for (int i = 0; i < LIMBS; i++) {
            out.writeLong(hash == null ? 0 : hash[i]);
        }
    }

    /** Returns the encoding. */
    public byte[] encode() {
        ByteOutput out = new ByteOutput(BYTES);
        encodeTo(out);
        return out.toByteArray();
    }

    /**
     * Reads an encoding.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static StoredEntry decode(ByteInput in, StoredValues values) {
        long file = in.readLong();
        long offset = in.readLong();
        int length = in.readInt();
        if (file < 1 || offset < 0 || length < 0) {
            throw in.malformed(
                    "a value must be in a place of a file: file=" + file + " offset=" + offset + " length=" + length);
        }
        long hasher = in.readLong();
        long[] limbs = new long[LIMBS];
        for (int i = 0; i < LIMBS; i++) {
            limbs[i] = in.readLong();
        }
        return new StoredEntry(values.at(file, offset, length), hasher, hasher == NO_HASHER ? null : limbs);
    }

    /** Returns the length of the value of an encoding. */
    public static int valueLength(byte[] encoding) {
        return new ByteInput(encoding, LENGTH_OFFSET, Integer.BYTES).readInt();
    }
}
