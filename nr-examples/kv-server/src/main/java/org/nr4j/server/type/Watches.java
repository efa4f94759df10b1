package org.nr4j.server.type;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.Entry;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.transaction.ReadTransaction;
import org.nr4j.kv.transaction.Transaction;

/**
 * The keys that clients watch. A watch is an entry of the store. A change of its key removes it, in the same
 * transaction. Valid as long as the transaction.
 */
public final class Watches {
    private final ReadTransaction reads;
    private final @Nullable Transaction writes;

    /** Whether there may be watches, so that a change must look for them. */
    private boolean any;

    Watches(ReadTransaction reads, @Nullable Transaction writes) {
        this.reads = reads;
        this.writes = writes;
        this.any = writes != null && reads.first(KeyLayout.ALL_WATCHES) != null;
    }

    private Transaction writes() {
        if (writes == null) {
            throw new IllegalStateException("a command that watches must go through the log: flag=none; "
                    + "flag it as logged in the table of commands");
        }
        return writes;
    }

    private boolean exists(int database, byte[] key) {
        return reads.contains(KeyLayout.metadata(database, key));
    }

    /** Begins to watch a key for a client. */
    public void add(int database, byte[] key, long client) {
        byte[] watch = KeyLayout.watch(database, key, client);
        if (!reads.contains(watch)) {
            writes().set(watch, state(database, key));
        }
        any = true;
    }

    /** Whether a watched key has neither changed nor expired since the client began to watch it. */
    public boolean isUnchanged(int database, byte[] key, long client) {
        byte[] before = reads.get(KeyLayout.watch(database, key, client));
        return before != null && (before[0] == 0 || Arrays.equals(before, state(database, key)));
    }

    /** Returns what of a key changes without a write: whether it exists, and how many fields of it expire. */
    private byte[] state(int database, byte[] key) {
        byte[] value = reads.get(KeyLayout.metadata(database, key));
        if (!FieldTimes.has(value)) {
            return new byte[] {(byte) (value == null ? 0 : 1)};
        }
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) 1)
                .putLong(FieldTimes.count(reads, Metadata.idOf(value)))
                .array();
    }

    /** Ends a client's watch of a key. */
    public void remove(int database, byte[] key, long client) {
        writes().delete(KeyLayout.watch(database, key, client));
    }

    /** Ends all watches. */
    public void removeAll() {
        writes().removeRange(KeyLayout.ALL_WATCHES);
    }

    /** Ends the watches of the clients whose numbers are at least {@code from} and less than {@code to}. */
    public void removeOf(long from, long to) {
        for (Entry watch : reads.scan(KeyLayout.ALL_WATCHES)) {
            long client = KeyLayout.watcher(watch.key());
            if (client >= from && client < to) {
                writes().delete(watch.key());
            }
        }
    }

    /** Returns the number of watches. */
    public long count() {
        return reads.count(KeyLayout.ALL_WATCHES);
    }

    /** Notes that a key has changed: the clients that watch it lose their watches. */
    void touch(int database, byte[] key) {
        if (any) {
            writes().removeRange(KeyRange.prefix(KeyLayout.watches(database, key)));
        }
    }

    /** Notes that all keys of a database have changed. A watch of a key that does not exist stays. */
    void touchAll(int database) {
        if (!any) {
            return;
        }
        for (Entry watch : reads.scan(KeyLayout.watchesOf(database))) {
            byte[] key = KeyLayout.watchedKey(watch.key());
            if (exists(database, key)) {
                touch(database, key);
            }
        }
    }
}
