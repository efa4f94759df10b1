package org.nr4j.server.type;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.ScanOrder;

/**
 * A collection under a key: one entry with its metadata, and entries for its elements. A key that does not exist is an
 * empty collection. Whoever changes a collection calls {@link #save(String)} at the end.
 */
public abstract class Collection {
    final Keyspace keyspace;
    final Metadata metadata;
    final int database;
    final byte[] key;

    /** The metadata as the store has them; null if there was no key. */
    private final byte @Nullable [] before;

    /** Whether the key had a value that this collection takes the place of. */
    private boolean replaces;

    private byte[] prefix;

    /**
     * Reads the collection of a key.
     *
     * @throws WrongTypeException if the key has a value of another type
     */
    protected Collection(Keyspace keyspace, int database, byte[] key, Type type) {
        this.keyspace = keyspace;
        this.database = database;
        this.key = key;
        byte[] value = keyspace.value(database, key);
        this.before = value;
        this.metadata = read(value, type);
        this.prefix = KeyLayout.elementPrefix(metadata.id);
    }

    private static Metadata read(byte @Nullable [] value, Type type) {
        if (value == null) {
            return new Metadata(type);
        }
        if (Type.of(value) != type) {
            throw new WrongTypeException();
        }
        return Metadata.decode(value);
    }

    /** Whether the store had the key when the collection was read. */
    public boolean exists() {
        return before != null;
    }

    /** Returns the number of elements. */
    public long size() {
        return metadata.count;
    }

    /** Whether there are no elements. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** Makes the changes last. A collection that has become empty disappears with its key, unless its type stays. */
    public void save() {
        if (!isEmpty() || staysWhenEmpty()) {
            byte[] after = metadata.encode();
            if (Arrays.equals(after, before)) {
                keyspace.touch(database, key); // only elements have changed
            } else {
                keyspace.update(database, key, after);
            }
            if (before == null && !replaces) {
                keyspace.event(Keyspace.NEW, database, key);
            }
        } else if (before != null) {
            keyspace.remove(database, key);
        }
    }

    /** Whether the key stays when there are no elements. */
    protected boolean staysWhenEmpty() {
        return false;
    }

    /** Changes the number of elements. */
    protected final void addToSize(long added) {
        metadata.count += added;
    }

    /** Returns what only this type knows; empty for a new collection. */
    protected final byte[] details() {
        return metadata.details;
    }

    /** Sets what only this type knows. {@link #save()} makes it last. */
    protected final void details(byte[] details) {
        metadata.details = details;
    }

    /** As {@link #save()}, and notes what has happened. A collection that has become empty is then removed. */
    public void save(String event) {
        boolean stays = !isEmpty() || staysWhenEmpty();
        if (stays) {
            save();
        }
        keyspace.event(event, database, key);
        if (!stays) {
            save();
            keyspace.event("del", database, key);
        }
    }

    /** Notes what has happened to the key, for those who want to know. */
    public final void event(String event) {
        keyspace.event(event, database, key);
    }

    /** As {@link #save(String)} for a collection that takes the place of another value, which is removed already. */
    public void saveInPlace(boolean replaces, String event) {
        this.replaces = replaces;
        if (!isEmpty()) {
            save(event);
        } else if (replaces) {
            keyspace.event("del", database, key);
        }
    }

    // ---- elements ----

    /** Returns the elements whose names begin with some bytes. */
    protected final ElementMap map(byte[] prefix) {
        return new ElementMap(this, prefix);
    }

    /** Whether there has never been an element. */
    private boolean isUnused() {
        return metadata.id == 0;
    }

    /** Returns the key of an element. */
    byte[] elementKey(byte[] name) {
        byte[] elementKey = new byte[prefix.length + name.length];
        System.arraycopy(prefix, 0, elementKey, 0, prefix.length);
        System.arraycopy(name, 0, elementKey, prefix.length, name.length);
        return elementKey;
    }

    byte @Nullable [] element(byte[] name) {
        return isUnused() ? null : keyspace.reads().get(elementKey(name));
    }

    boolean hasElement(byte[] name) {
        return !isUnused() && keyspace.reads().contains(elementKey(name));
    }

    void putElement(byte[] name, byte[] value) {
        if (isUnused()) {
            metadata.id = keyspace.nextId();
            prefix = KeyLayout.elementPrefix(metadata.id);
        }
        keyspace.writes().set(elementKey(name), value);
    }

    boolean removeElement(byte[] name) {
        return !isUnused() && keyspace.writes().delete(elementKey(name));
    }

    /** Returns up to {@code limit} entries whose names begin with some bytes, from a name on, in order. */
    List<Entry> elements(byte[] begin, byte[] from, int limit) {
        if (isUnused() || limit == 0) {
            return List.of();
        }
        byte[] end = KeyRanges.endOfPrefix(elementKey(begin));
        byte[] low = elementKey(from);
        return KeyRanges.isEmpty(low, end)
                ? List.of()
                : keyspace.reads().scan(KeyRange.atLeast(low).below(end), ScanOrder.ASCENDING, limit);
    }

    /** Returns the name of the element that has a rank among those whose names begin with some bytes. */
    byte[] nameAt(byte[] begin, long rank) {
        long base = keyspace.reads().rank(elementKey(begin));
        return KeyLayout.name(keyspace.reads().keyAt(base + rank));
    }

    static List<byte[]> names(List<Entry> entries) {
        List<byte[]> names = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            names.add(KeyLayout.name(entry.key()));
        }
        return names;
    }
}
