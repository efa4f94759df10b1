package org.nr4j.server.type;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The metadata of a collection: its type, the id in the keys of its elements, and two numbers of its type. */
final class Metadata {
    private static final int LENGTH = 1 + 3 * Long.BYTES;

    final Type type;

    /** The id; 0 until the collection has its first element. */
    long id;

    /** The number of elements. */
    long count;

    /** Of a list: the position of its first element. */
    long first;

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
        return metadata;
    }

    /** Returns the id of the collection that a value describes; 0 for a string or for no value. */
    static long idOf(byte @Nullable [] value) {
        return value == null || Type.of(value) == Type.STRING ? 0 : decode(value).id;
    }

    byte[] encode() {
        return ByteBuffer.allocate(LENGTH)
                .put(type.code())
                .putLong(id)
                .putLong(count)
                .putLong(first)
                .array();
    }
}
