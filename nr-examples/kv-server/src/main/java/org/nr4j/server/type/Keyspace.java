package org.nr4j.server.type;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.Expiry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.ScanOrder;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;

/**
 * The databases of Redis over one transaction of the store. Valid as long as the transaction. Each method with a
 * database and a key answers as if keys that have expired did not exist.
 */
public final class Keyspace {
    /** The number of databases. */
    public static final int DATABASES = 16;

    /** The answer of {@link #expiry} for a key that does not expire. */
    public static final long NEVER = -1;

    /** The event of a key that did not exist before. */
    static final String NEW = "new";

    private final ReadTransaction reads;
    private final @Nullable Transaction writes;
    private final Watches watches;
    private @Nullable KeyEvents events;

    /** The key that was looked up last. */
    private byte @Nullable [] counted;

    private int hits;
    private int misses;

    private Keyspace(ReadTransaction reads, @Nullable Transaction writes) {
        this.reads = reads;
        this.writes = writes;
        this.watches = new Watches(reads, writes);
    }

    /** Returns the databases for commands that only read. */
    public static Keyspace reading(ReadTransaction transaction) {
        return new Keyspace(transaction, null);
    }

    /** Returns the databases for commands that write. */
    public static Keyspace writing(Transaction transaction) {
        return new Keyspace(transaction, transaction);
    }

    /** Begins to note what happens to keys. */
    public void collect(KeyEvents events) {
        this.events = events;
    }

    /** Returns the number of events that have been noted. */
    public int events() {
        return events == null ? 0 : events.size();
    }

    /** Drops all events after the first ones, since a command has failed. */
    public void dropEvents(int kept) {
        if (events != null) {
            events.truncate(kept);
        }
    }

    /** Notes what has happened to a key, if someone wants to know. */
    public void event(String name, int database, byte[] key) {
        if (events != null) {
            events.add(database, name, key);
        }
    }

    /** Notes that a reader has not found a key. */
    private void missed(int database, byte[] key) {
        if (events != null && writes == null) {
            events.add(database, "keymiss", key);
        }
    }

    /** Returns the time of the transaction, in milliseconds since 1970. */
    public long now() {
        return reads.now().toEpochMilli();
    }

    ReadTransaction reads() {
        return reads;
    }

    Transaction writes() {
        if (writes == null) {
            throw new IllegalStateException("a command that writes must be flagged so: flag=readonly; "
                    + "correct its row in the table of commands");
        }
        return writes;
    }

    /** Whether this keyspace can write. */
    public boolean isWriting() {
        return writes != null;
    }

    // ---- keys ----

    /** Brings the values of some {@linkplain #storeKey keys of the store} into the processor's caches. */
    public void prefetch(List<byte[]> storeKeys) {
        reads.prefetch(storeKeys);
    }

    byte @Nullable [] value(int database, byte[] key) {
        byte[] value = reads.get(KeyLayout.metadata(database, key));
        lookedUp(database, key, value != null);
        return value;
    }

    private void lookedUp(int database, byte[] key, boolean found) {
        count(key, found);
        if (!found) {
            missed(database, key);
        }
    }

    /** Counts a key that a command looks up, once even if it does so several times. */
    private void count(byte[] key, boolean found) {
        if (key != counted) {
            counted = key;
            hits += found ? 1 : 0;
            misses += found ? 0 : 1;
        }
    }

    /** Returns how many keys were found. */
    public int hits() {
        return hits;
    }

    /** Returns how many keys were looked up and did not exist. */
    public int misses() {
        return misses;
    }

    /** Returns the type of a key's value, or null if there is no key. */
    public @Nullable Type type(int database, byte[] key) {
        byte[] value = value(database, key);
        return value == null ? null : Type.of(value);
    }

    /** Whether a key exists. */
    public boolean exists(int database, byte[] key) {
        boolean exists = reads.contains(KeyLayout.metadata(database, key));
        lookedUp(database, key, exists);
        return exists;
    }

    /** Removes a key. Returns whether it existed. */
    public boolean remove(int database, byte[] key) {
        byte[] value = writes().remove(KeyLayout.metadata(database, key));
        if (value == null) {
            return false;
        }
        removeElements(value);
        touch(database, key);
        return true;
    }

    /** Removes the elements of a value that was removed. */
    private void removeElements(byte @Nullable [] value) {
        long id = Metadata.idOf(value);
        if (id != 0) {
            writes().removeRange(KeyRange.prefix(KeyLayout.elementPrefix(id)));
        }
        if (FieldTimes.has(value)) {
            writes().removeRange(KeyLayout.fieldsOf(id));
        }
    }

    /** Puts a value of metadata, with the expiry that the key has. */
    void update(int database, byte[] key, byte[] value) {
        byte[] storeKey = KeyLayout.metadata(database, key);
        Instant expiry = reads.expiry(storeKey).orElse(null);
        writes().set(storeKey, value, expiry == null ? Expiry.never() : Expiry.at(expiry));
        touch(database, key);
    }

    /** Returns an id that no collection has had. */
    long nextId() {
        byte[] last = reads.get(KeyLayout.LAST_ID);
        long next = last == null ? 1 : KeyValueStore.decode(last) + 1;
        writes().set(KeyLayout.LAST_ID, KeyValueStore.encode(next));
        return next;
    }

    /** Returns the key of the store for a key. Its value begins with the code of a {@link Type}. */
    public static byte[] storeKey(int database, byte[] key) {
        return KeyLayout.metadata(database, key);
    }

    /** Returns the range of the store's keys of all databases. */
    public static KeyRange allKeys() {
        return KeyRange.prefix(new byte[] {KeyLayout.METADATA});
    }

    /** Returns the range of the store's keys of fields that expire. */
    public static KeyRange allFieldsThatExpire() {
        return KeyLayout.ALL_FIELDS;
    }

    /** Returns the event of an entry of one of these ranges that has expired. */
    public static KeyEvents.Event eventOfExpiry(byte[] storeKey, byte[] value, long now) {
        boolean isKey = storeKey[0] == KeyLayout.METADATA;
        byte[] ofKey = isKey ? storeKey : value;
        String name = !isKey ? "hexpired" : FieldTimes.endsWithFields(value, now) ? "del" : "expired";
        return new KeyEvents.Event(databaseOf(ofKey), name, userKey(ofKey));
    }

    /** Returns the database of a key of the store. */
    public static int databaseOf(byte[] storeKey) {
        return storeKey[1];
    }

    /** Returns the key of a database in a key of the store. */
    public static byte[] userKey(byte[] storeKey) {
        return KeyLayout.userKey(storeKey);
    }

    // ---- strings ----

    /** Returns a string, or null if there is no key. */
    public byte @Nullable [] string(int database, byte[] key) {
        byte[] value = value(database, key);
        if (value == null) {
            return null;
        }
        if (Type.of(value) != Type.STRING) {
            throw new WrongTypeException();
        }
        return Arrays.copyOfRange(value, 1, value.length);
    }

    /** Puts a string that does not expire, in place of whatever the key has. */
    public void setString(int database, byte[] key, byte[] string) {
        setString(database, key, string, NEVER);
    }

    /** Puts a string that expires, in place of whatever the key has. */
    public void setString(int database, byte[] key, byte[] string, long expiry) {
        Expiry when = expiry == NEVER ? Expiry.never() : Expiry.at(Instant.ofEpochMilli(expiry));
        byte[] before = writes().put(KeyLayout.metadata(database, key), tagged(string), when);
        removeElements(before);
        if (before == null) {
            event(NEW, database, key);
        }
        touch(database, key);
    }

    /** Replaces a string, or puts a new one. The expiry of the key stays. */
    public void updateString(int database, byte[] key, byte[] string) {
        if (events != null && !reads.contains(KeyLayout.metadata(database, key))) {
            event(NEW, database, key);
        }
        update(database, key, tagged(string));
    }

    /** Returns the value of the store for a string. */
    static byte[] tagged(byte[] string) {
        byte[] value = new byte[string.length + 1];
        value[0] = Type.STRING.code();
        System.arraycopy(string, 0, value, 1, string.length);
        return value;
    }

    // ---- expiry ----

    /** Returns when a key expires, in milliseconds since 1970; {@link #NEVER} if it does not, or if there is none. */
    public long expiry(int database, byte[] key) {
        byte[] storeKey = KeyLayout.metadata(database, key);
        Instant ofEntry = reads.expiry(storeKey).orElse(null);
        if (ofEntry == null) {
            return NEVER;
        }
        byte[] value = reads.get(storeKey);
        return value != null && FieldTimes.has(value)
                ? FieldTimes.ofKey(Metadata.decode(value).details)
                : ofEntry.toEpochMilli();
    }

    /** Changes when the entry of a key expires, if there is one. The key itself may expire later. */
    void expireEntry(int database, byte[] key, long expiry) {
        byte[] storeKey = KeyLayout.metadata(database, key);
        writes().setExpiry(storeKey, FieldTimes.expiry(expiry));
    }

    /**
     * Changes when a key expires, and notes the event. An instant that has passed removes the key. Returns whether the
     * key exists.
     */
    public boolean setExpiry(int database, byte[] key, long expiry) {
        boolean exists = changeExpiry(database, key, expiry);
        if (exists) {
            boolean removed = expiry != NEVER && expiry <= now();
            event(removed ? "del" : expiry == NEVER ? "persist" : "expire", database, key);
        }
        return exists;
    }

    /** As {@link #setExpiry}, as a part of a change that has an event of its own. */
    public boolean changeExpiry(int database, byte[] key, long expiry) {
        byte[] value = value(database, key);
        if (value == null) {
            return false;
        }
        if (expiry != NEVER && expiry <= now()) {
            return remove(database, key);
        }
        byte[] storeKey = KeyLayout.metadata(database, key);
        if (FieldTimes.has(value)) {
            Metadata metadata = Metadata.decode(value);
            metadata.details = FieldTimes.details(expiry);
            writes().set(storeKey, metadata.encode(), FieldTimes.expiry(FieldTimes.ofHash(reads, metadata)));
        } else {
            writes().setExpiry(storeKey, FieldTimes.expiry(expiry));
        }
        sweepAt(expiry, value, storeKey);
        touch(database, key);
        return true;
    }

    /** Has the elements of a collection removed after it has expired. */
    private void sweepAt(long expiry, byte[] value, byte[] storeKey) {
        long id = Metadata.idOf(value);
        if (id != 0 && expiry != NEVER) {
            writes().set(KeyLayout.sweep(expiry, id), storeKey);
        }
    }

    // ---- whole values ----

    /** Moves a value with its expiry to another key, in place of whatever is there. The key must exist. */
    public void move(int database, byte[] key, int toDatabase, byte[] toKey) {
        byte[] from = KeyLayout.metadata(database, key);
        byte[] to = KeyLayout.metadata(toDatabase, toKey);
        if (Arrays.equals(from, to)) {
            return;
        }
        Instant expiry = reads.expiry(from).orElse(null);
        byte[] value = writes().remove(from);
        if (value == null) {
            throw new IllegalStateException("a key must exist to be moved: key=missing; look first");
        }
        removeElements(writes().put(to, value, expiry == null ? Expiry.never() : Expiry.at(expiry)));
        sweepAt(expiry == null ? NEVER : expiry.toEpochMilli(), value, to);
        moveFieldTimes(value, to);
        event(NEW, toDatabase, toKey);
        touch(database, key);
        touch(toDatabase, toKey);
    }

    private void moveFieldTimes(byte[] value, byte[] storeKey) {
        if (FieldTimes.has(value)) {
            FieldTimes.moved(writes(), Metadata.idOf(value), storeKey);
        }
    }

    /** Copies a value with its expiry to another key, in place of whatever is there. The key must exist. */
    public void copy(int database, byte[] key, int toDatabase, byte[] toKey) {
        byte[] value = value(database, key);
        if (value == null) {
            throw new IllegalStateException("a key must exist to be copied: key=missing; look first");
        }
        long expiry = expiry(database, key);
        remove(toDatabase, toKey);
        if (Type.of(value) != Type.STRING) {
            value = copyElements(Metadata.decode(value), KeyLayout.metadata(toDatabase, toKey));
        }
        writes().set(KeyLayout.metadata(toDatabase, toKey), value);
        event(NEW, toDatabase, toKey);
        touch(toDatabase, toKey);
        if (expiry != NEVER || FieldTimes.has(value)) {
            changeExpiry(toDatabase, toKey, expiry);
        }
    }

    private byte[] copyElements(Metadata metadata, byte[] storeKey) {
        long from = metadata.id;
        metadata.id = nextId();
        for (Entry entry : reads.scan(KeyRange.prefix(KeyLayout.elementPrefix(from)))) {
            writes().set(KeyLayout.element(metadata.id, KeyLayout.name(entry.key())), entry.value());
        }
        byte[] copy = metadata.encode();
        if (FieldTimes.has(copy)) {
            FieldTimes.copy(writes(), from, metadata.id, storeKey);
        }
        return copy;
    }

    // ---- databases ----

    /** Returns the number of keys of a database. */
    public long size(int database) {
        return reads.count(KeyLayout.database(database));
    }

    /** Returns the key of a rank in the order of a database's keys. */
    public byte[] keyAt(int database, long rank) {
        return KeyLayout.userKey(reads.keyAt(reads.rank(KeyLayout.metadata(database, new byte[0])) + rank));
    }

    /** Returns how many keys of a database are less than a key. */
    public long rank(int database, byte[] key) {
        return reads.rank(KeyLayout.metadata(database, key)) - reads.rank(KeyLayout.metadata(database, new byte[0]));
    }

    /** Returns up to {@code limit} keys of a database from a key on, with their types, in order. */
    public List<TypedKey> keys(int database, byte[] from, int limit) {
        byte[] low = KeyLayout.metadata(database, from);
        KeyRange range = KeyRange.atLeast(low).below(new byte[] {KeyLayout.METADATA, (byte) (database + 1)});
        List<TypedKey> keys = new ArrayList<>();
        for (Entry entry : reads.scan(range, ScanOrder.ASCENDING, limit)) {
            keys.add(new TypedKey(KeyLayout.userKey(entry.key()), Type.of(entry.value())));
        }
        return keys;
    }

    /** A key and the type of its value. */
    public record TypedKey(byte[] key, Type type) {}

    /** Removes all keys of a database. */
    public void flush(int database) {
        List<Entry> all = reads.scan(KeyLayout.database(database));
        touchAll(database);
        for (Entry entry : all) {
            removeElements(entry.value());
        }
        writes().removeRange(KeyLayout.database(database));
    }

    /** Removes all keys of all databases. */
    public void flushAll() {
        for (int database = 0; database < DATABASES; database++) {
            touchAll(database);
            writes().removeRange(KeyLayout.database(database));
        }
        writes().removeRange(KeyLayout.ALL_ELEMENTS);
        writes().removeRange(KeyLayout.ALL_SWEEPS);
        writes().removeRange(KeyLayout.ALL_FIELDS);
    }

    /** Exchanges the keys of two databases. */
    public void swap(int a, int b) {
        if (a == b) {
            return;
        }
        touchAll(a);
        touchAll(b);
        List<Moved> all = new ArrayList<>(takeAll(a, b));
        all.addAll(takeAll(b, a));
        for (Moved moved : all) {
            Expiry expiry = moved.expiry == null ? Expiry.never() : Expiry.at(moved.expiry);
            writes().set(moved.key, moved.value, expiry);
            sweepAt(moved.expiry == null ? NEVER : moved.expiry.toEpochMilli(), moved.value, moved.key);
            moveFieldTimes(moved.value, moved.key);
        }
        touchAll(a);
        touchAll(b);
    }

    private List<Moved> takeAll(int from, int to) {
        List<Moved> taken = new ArrayList<>();
        for (Entry entry : reads.scan(KeyLayout.database(from))) {
            Instant expiry = reads.expiry(entry.key()).orElse(null);
            byte[] key = KeyLayout.metadata(to, KeyLayout.userKey(entry.key()));
            taken.add(new Moved(key, entry.value(), expiry));
        }
        writes().removeRange(KeyLayout.database(from));
        return taken;
    }

    private record Moved(byte[] key, byte[] value, @Nullable Instant expiry) {}

    // ---- watches ----

    /** Returns the watches of all clients. */
    public Watches watches() {
        return watches;
    }

    /** Returns the libraries of functions, which belong to no database. */
    public FunctionData functions() {
        return new FunctionData(this);
    }

    /** Notes that a key has changed. */
    void touch(int database, byte[] key) {
        watches.touch(database, key);
        if (events != null) {
            events.touch(key);
        }
    }

    private void touchAll(int database) {
        watches.touchAll(database);
        if (events != null) {
            events.touchAll();
        }
    }

    // ---- sweeping ----

    /** Returns the number of entries that are elements, or were of collections that have expired. */
    public long elements() {
        return reads.count(KeyLayout.ALL_ELEMENTS);
    }

    /** Whether a collection may have expired whose elements are still in the store. */
    public boolean isSweepDue() {
        Entry first = reads.first(KeyLayout.ALL_SWEEPS);
        return first != null && KeyLayout.sweepTime(first.key()) <= now();
    }

    /** Removes the elements of up to {@code limit} collections that have expired. */
    public void sweep(int limit) {
        for (Entry entry : reads.scan(KeyLayout.ALL_SWEEPS, ScanOrder.ASCENDING, limit)) {
            if (KeyLayout.sweepTime(entry.key()) > now()) {
                return;
            }
            long id = KeyLayout.sweepId(entry.key());
            if (Metadata.idOf(reads.get(entry.value())) != id) {
                writes().removeRange(KeyRange.prefix(KeyLayout.elementPrefix(id)));
                writes().removeRange(KeyLayout.fieldsOf(id));
            }
            writes().delete(entry.key());
        }
    }
}
