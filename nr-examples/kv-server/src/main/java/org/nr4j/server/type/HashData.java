package org.nr4j.server.type;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;

/** A hash: an entry for each field, whose name is the field. */
public final class HashData extends Collection {
    /** The latest instant at which a field can expire. It is that of Redis. */
    public static final long LATEST_EXPIRY = ((1L << 48) - 1) >> 2;

    private static final byte[] ANY = {};

    /** Reads the hash of a key. */
    public HashData(Keyspace keyspace, int database, byte[] key) {
        super(keyspace, database, key, Type.HASH);
    }

    /** Returns the value of a field, or null. */
    public byte @Nullable [] get(byte[] field) {
        return element(field);
    }

    /** Whether a field exists. */
    public boolean contains(byte[] field) {
        return hasElement(field);
    }

    /** Returns the number of fields. */
    @Override
    public long size() {
        return mayExpire() ? FieldTimes.size(keyspace.reads(), metadata.id) : super.size();
    }

    /** Puts the value of a field, which does not expire then. Returns whether the field is new. */
    public boolean put(byte[] field, byte[] value) {
        boolean added = !hasElement(field);
        if (!added && mayExpire()) {
            forgetExpiry(field);
        }
        putElement(field, value);
        metadata.count += added ? 1 : 0;
        return added;
    }

    /** As {@link #put}, but a field that expires goes on to do so. */
    public void putAndKeepExpiry(byte[] field, byte[] value) {
        long expiry = expiry(field);
        put(field, value);
        if (expiry != Keyspace.NEVER) {
            setExpiry(field, expiry);
        }
    }

    /** Removes a field. Returns whether it existed. */
    public boolean remove(byte[] field) {
        if (mayExpire()) {
            forgetExpiry(field);
        }
        boolean removed = removeElement(field);
        metadata.count -= removed ? 1 : 0;
        return removed;
    }

    // ---- expiry of fields ----

    /** Whether some fields may expire. If not, this class asks the store nothing about it. */
    public boolean mayExpire() {
        return metadata.details.length > 0;
    }

    /** Returns when a field expires, in milliseconds since 1970; {@link Keyspace#NEVER} if it does not. */
    public long expiry(byte[] field) {
        return mayExpire()
                ? keyspace.reads()
                        .expiry(elementKey(field))
                        .map(Instant::toEpochMilli)
                        .orElse(Keyspace.NEVER)
                : Keyspace.NEVER;
    }

    /**
     * Changes when a field expires. The field must exist.
     *
     * @param expiry an instant of the future; {@link Keyspace#NEVER} if it is to stay
     */
    public void setExpiry(byte[] field, long expiry) {
        byte[] storeKey = Keyspace.storeKey(database, key);
        if (mayExpire()) {
            forgetExpiry(field);
        } else if (expiry == Keyspace.NEVER) {
            return;
        } else {
            metadata.details = FieldTimes.details(keyspace.expiry(database, key));
        }
        keyspace.writes().setExpiry(elementKey(field), FieldTimes.expiry(expiry));
        if (expiry != Keyspace.NEVER) {
            FieldTimes.put(keyspace.writes(), metadata.id, expiry, field, storeKey);
        }
    }

    private void forgetExpiry(byte[] field) {
        long expiry = expiry(field);
        if (expiry != Keyspace.NEVER) {
            keyspace.writes().delete(KeyLayout.field(metadata.id, expiry, field));
        }
    }

    @Override
    public void save() {
        if (!mayExpire()) {
            super.save();
            return;
        }
        metadata.count = size();
        long expiry = FieldTimes.ofHash(keyspace.reads(), metadata);
        if (FieldTimes.count(keyspace.reads(), metadata.id) == 0) {
            metadata.details = new byte[0];
        }
        super.save();
        keyspace.expireEntry(database, key, expiry);
    }

    // ---- order ----

    /** Returns all fields, in order. */
    public List<Field> fields() {
        return fields(ANY, Integer.MAX_VALUE);
    }

    /** Returns up to {@code limit} fields from one on, in order. */
    public List<Field> fields(byte[] from, int limit) {
        List<Field> fields = new ArrayList<>();
        for (Entry entry : elements(ANY, from, limit)) {
            fields.add(new Field(KeyLayout.name(entry.key()), entry.value()));
        }
        return fields;
    }

    /** Returns the field of a rank in the order of fields. */
    public Field fieldAt(long rank) {
        byte[] name = nameAt(ANY, rank);
        byte[] value = element(name);
        if (value == null) {
            throw new IndexOutOfBoundsException(
                    "a rank must be below the size: rank=" + rank + " size=" + size() + "; ask with a smaller rank");
        }
        return new Field(name, value);
    }

    /** Returns how many fields are less than one. */
    public long rank(byte[] field) {
        return keyspace.reads().rank(elementKey(field)) - keyspace.reads().rank(elementKey(ANY));
    }

    /** A field and its value. */
    public record Field(byte[] name, byte[] value) {}
}
