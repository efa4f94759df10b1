package org.nr4j.server.type;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;

/** A hash: an entry for each field, whose name is the field. */
public final class HashData extends Collection {
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

    /** Puts the value of a field. Returns whether the field is new. */
    public boolean put(byte[] field, byte[] value) {
        boolean added = !hasElement(field);
        putElement(field, value);
        metadata.count += added ? 1 : 0;
        return added;
    }

    /** Removes a field. Returns whether it existed. */
    public boolean remove(byte[] field) {
        boolean removed = removeElement(field);
        metadata.count -= removed ? 1 : 0;
        return removed;
    }

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
