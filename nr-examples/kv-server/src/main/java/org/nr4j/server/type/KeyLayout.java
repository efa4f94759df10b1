package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nr4j.kv.KeyRange;

/**
 * The keys of the store. The first byte says what an entry is:
 *
 * <ul>
 *   <li>{@link #SYSTEM}: the counter of ids, collections to be swept, fields that expire, watched keys, libraries of
 *       functions;
 *   <li>{@link #METADATA}, number of the database, key of the user: a string, or the metadata of a collection;
 *   <li>{@link #ELEMENT}, id of a collection, name of an element: an element.
 * </ul>
 */
final class KeyLayout {
    static final byte SYSTEM = 0;
    static final byte METADATA = 1;
    static final byte ELEMENT = 2;

    /** The counter of ids. */
    static final byte[] LAST_ID = {SYSTEM, 'i'};

    /** Begins the key of a collection to be swept. */
    private static final byte[] SWEEP = {SYSTEM, 's'};

    /** Begins the key of a field that expires. */
    private static final byte[] FIELD = {SYSTEM, 'f'};

    /** Begins the key of a watched key. */
    private static final byte[] WATCH = {SYSTEM, 'w'};

    /** Begins the key of a library of functions. */
    private static final byte[] LIBRARY = {SYSTEM, 'l'};

    /** Begins the key of a function. */
    private static final byte[] FUNCTION = {SYSTEM, 'u'};

    static final KeyRange ALL_LIBRARIES = KeyRange.prefix(LIBRARY);
    static final KeyRange ALL_FUNCTIONS = KeyRange.prefix(FUNCTION);
    static final KeyRange ALL_ELEMENTS = KeyRange.prefix(new byte[] {ELEMENT});
    static final KeyRange ALL_WATCHES = KeyRange.prefix(WATCH);
    static final KeyRange ALL_SWEEPS = KeyRange.prefix(SWEEP);
    static final KeyRange ALL_FIELDS = KeyRange.prefix(FIELD);

    /** The bytes before a user's key in a key of metadata. */
    static final int METADATA_PREFIX = 2;

    /** The bytes before the name in a key of an element. */
    static final int ELEMENT_PREFIX = 1 + Long.BYTES;

    private KeyLayout() {}

    static byte[] metadata(int database, byte[] key) {
        byte[] result = new byte[METADATA_PREFIX + key.length];
        result[0] = METADATA;
        result[1] = (byte) database;
        System.arraycopy(key, 0, result, METADATA_PREFIX, key.length);
        return result;
    }

    /** Returns the user's key in a key of metadata. */
    static byte[] userKey(byte[] metadataKey) {
        return Arrays.copyOfRange(metadataKey, METADATA_PREFIX, metadataKey.length);
    }

    /** Returns the range of all metadata of a database. */
    static KeyRange database(int database) {
        return KeyRange.prefix(new byte[] {METADATA, (byte) database});
    }

    static byte[] elementPrefix(long id) {
        return ByteBuffer.allocate(ELEMENT_PREFIX).put(ELEMENT).putLong(id).array();
    }

    static byte[] element(long id, byte[] name) {
        return ByteBuffer.allocate(ELEMENT_PREFIX + name.length)
                .put(ELEMENT)
                .putLong(id)
                .put(name)
                .array();
    }

    /** Returns the name in a key of an element. */
    static byte[] name(byte[] elementKey) {
        return Arrays.copyOfRange(elementKey, ELEMENT_PREFIX, elementKey.length);
    }

    /** Returns the key that says that a collection expires. Ordered by time. */
    static byte[] sweep(long millis, long id) {
        return ByteBuffer.allocate(SWEEP.length + 2 * Long.BYTES)
                .put(SWEEP)
                .putLong(millis)
                .putLong(id)
                .array();
    }

    static long sweepTime(byte[] sweepKey) {
        return ByteBuffer.wrap(sweepKey).getLong(SWEEP.length);
    }

    static long sweepId(byte[] sweepKey) {
        return ByteBuffer.wrap(sweepKey).getLong(SWEEP.length + Long.BYTES);
    }

    /** Returns the key that says that a field of a hash expires. Ordered by time. */
    static byte[] field(long id, long millis, byte[] name) {
        return ByteBuffer.allocate(FIELD.length + 2 * Long.BYTES + name.length)
                .put(FIELD)
                .putLong(id)
                .putLong(millis)
                .put(name)
                .array();
    }

    /** Returns the range of all fields of a hash that expire. */
    static KeyRange fieldsOf(long id) {
        return KeyRange.prefix(ByteBuffer.allocate(FIELD.length + Long.BYTES)
                .put(FIELD)
                .putLong(id)
                .array());
    }

    static long fieldTime(byte[] fieldKey) {
        return ByteBuffer.wrap(fieldKey).getLong(FIELD.length + Long.BYTES);
    }

    /** Returns the name in the key of a field that expires. */
    static byte[] fieldName(byte[] fieldKey) {
        return Arrays.copyOfRange(fieldKey, FIELD.length + 2 * Long.BYTES, fieldKey.length);
    }

    /** Returns what begins the keys of all watches of a user's key. */
    static byte[] watches(int database, byte[] key) {
        return ByteBuffer.allocate(WATCH.length + 1 + Integer.BYTES + key.length)
                .put(WATCH)
                .put((byte) database)
                .putInt(key.length)
                .put(key)
                .array();
    }

    /** Returns the key of one client's watch of a user's key. */
    static byte[] watch(int database, byte[] key, long client) {
        byte[] prefix = watches(database, key);
        return ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(client)
                .array();
    }

    /** Returns the range of all watches of a database. */
    static KeyRange watchesOf(int database) {
        return KeyRange.prefix(new byte[] {WATCH[0], WATCH[1], (byte) database});
    }

    /** Returns the client in the key of a watch. */
    static long watcher(byte[] watchKey) {
        return ByteBuffer.wrap(watchKey).getLong(watchKey.length - Long.BYTES);
    }

    /** Returns the user's key in the key of a watch. */
    static byte[] watchedKey(byte[] watchKey) {
        int from = WATCH.length + 1 + Integer.BYTES;
        return Arrays.copyOfRange(watchKey, from, watchKey.length - Long.BYTES);
    }

    static byte[] library(byte[] name) {
        return ByteBuffer.allocate(LIBRARY.length + name.length)
                .put(LIBRARY)
                .put(name)
                .array();
    }

    static byte[] function(byte[] name) {
        return ByteBuffer.allocate(FUNCTION.length + name.length)
                .put(FUNCTION)
                .put(name)
                .array();
    }

    /** Returns the name in the key of a function. */
    static byte[] functionName(byte[] functionKey) {
        return Arrays.copyOfRange(functionKey, FUNCTION.length, functionKey.length);
    }
}
