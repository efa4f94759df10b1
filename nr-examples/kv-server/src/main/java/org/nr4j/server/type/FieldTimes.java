package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;

/**
 * When the fields of hashes expire. A field that expires is an entry of the store that does. A second entry, which
 * expires with it, is in the order of the times. Its value is the key of the hash in the store.
 *
 * <p>A hash with such fields has details in its metadata: when its key expires by a command of the user. If all fields
 * expire, the metadata expires with the last of them. So no command finds a hash without fields.
 */
final class FieldTimes {
    private FieldTimes() {}

    // ---- metadata ----

    /** Whether a value of the store is a hash that may have fields that expire. */
    static boolean has(byte @Nullable [] value) {
        return value != null && Type.of(value) == Type.HASH && value.length > Metadata.LENGTH;
    }

    /** Returns when the key of a hash with such fields expires by a command; {@link Keyspace#NEVER} if it does not. */
    static long ofKey(byte[] details) {
        return ByteBuffer.wrap(details).getLong();
    }

    /** Returns the details of a hash whose key expires at an instant, or {@link Keyspace#NEVER}. */
    static byte[] details(long ofKey) {
        return ByteBuffer.allocate(Long.BYTES).putLong(ofKey).array();
    }

    /** Returns when a hash disappears: with its key, or with its last field if all fields expire. */
    static long ofHash(ReadTransaction reads, Metadata metadata) {
        long ofKey = ofKey(metadata.details);
        Entry last = reads.last(KeyLayout.fieldsOf(metadata.id));
        if (last == null || count(reads, metadata.id) < size(reads, metadata.id)) {
            return ofKey;
        }
        long ofLast = KeyLayout.fieldTime(last.key());
        return ofKey == Keyspace.NEVER ? ofLast : Math.min(ofKey, ofLast);
    }

    /** Whether a value that has expired is a hash whose key would have stayed: its last field has expired. */
    static boolean endsWithFields(byte[] value, long now) {
        if (!has(value)) {
            return false;
        }
        long ofKey = ofKey(Metadata.decode(value).details);
        return ofKey == Keyspace.NEVER || ofKey > now;
    }

    // ---- fields ----

    /** Returns the number of fields. */
    static long size(ReadTransaction reads, long id) {
        return reads.count(KeyRange.prefix(KeyLayout.elementPrefix(id)));
    }

    /** Returns how many fields of a hash expire. */
    static long count(ReadTransaction reads, long id) {
        return reads.count(KeyLayout.fieldsOf(id));
    }

    /** Notes that a field expires. Its own entry is the caller's matter. */
    static void put(Transaction writes, long id, long millis, byte[] field, byte[] storeKey) {
        writes.set(KeyLayout.field(id, millis, field), storeKey, expiry(millis));
    }

    /** Gives the fields of a hash the times that those of another have. The fields must be there. */
    static void copy(Transaction writes, long from, long to, byte[] storeKey) {
        for (Entry entry : writes.scan(KeyLayout.fieldsOf(from))) {
            long millis = KeyLayout.fieldTime(entry.key());
            byte[] field = KeyLayout.fieldName(entry.key());
            writes.setExpiry(KeyLayout.element(to, field), expiry(millis));
            put(writes, to, millis, field, storeKey);
        }
    }

    /** Notes that a hash has another key. */
    static void moved(Transaction writes, long id, byte[] storeKey) {
        for (Entry entry : writes.scan(KeyLayout.fieldsOf(id))) {
            writes.set(entry.key(), storeKey, expiry(KeyLayout.fieldTime(entry.key())));
        }
    }

    /** Returns the expiry of an entry that goes at an instant, or {@link Keyspace#NEVER}. */
    static Expiry expiry(long millis) {
        return millis == Keyspace.NEVER ? Expiry.never() : Expiry.at(Instant.ofEpochMilli(millis));
    }
}
