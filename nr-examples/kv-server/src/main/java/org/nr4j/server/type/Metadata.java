package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The metadata of a collection: its type, the id in the keys of its elements, two numbers, and details of its type. */
final class Metadata {
    static final int LENGTH = 1 + 3 * Long.BYTES;
    private static final byte[] NONE = {};

    final Type type;

    /** The id; 0 until the collection has its first element. */
    long id;

    /** The number of elements. */
    long count;

    /** Of a list: the position of its first element. */
    long first;

    /** What only a collection of this type knows. Behind all else in the value of the store. */
    byte[] details = NONE;

    Metadata(Type type) {
        this.type = type;
    }

    /** Returns the metadata in a value of the store. */
    static Metadata decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        Metadata metadata = new Metadata(Type.of(value));
        metadata.id = in.getLong(1);
        metadata.count = in.getLong(1 + Long.BYTES);
        metadata.first = in.getLong(1 + 2 * Long.BYTES);
        metadata.details = Arrays.copyOfRange(value, LENGTH, value.length);
        return metadata;
    }

    /** Returns the id of the collection that a value describes; 0 for a string or for no value. */
    static long idOf(byte @Nullable [] value) {
        return value == null || Type.of(value) == Type.STRING ? 0 : decode(value).id;
    }

    byte[] encode() {
        return ByteBuffer.allocate(LENGTH + details.length)
                .put(type.code())
                .putLong(id)
                .putLong(count)
                .putLong(first)
                .put(details)
                .array();
    }
}
