package org.nr4j.kv.internal;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;

/**
 * One replica of the store: the tree, and what operations do to it.
 *
 * <p>An entry is due when its instant has come. Writes carry the time that decides, and take a due entry for gone; so do all replicas. Reads look at the clock, and where an entry that is due would
 * be part of their answer they answer {@link #DUE} instead: the caller then removes it by a write and reads again. So the clock of a read never decides what is in the store, only the log does.
 */
public final class StoreReplica implements Dispatch<Query, Update, @Nullable Object> {
    /** The answer to a read that met an entry which is due. */
    public static final Object DUE = new Object();

    private final InstantSource clock;
    private final @Nullable EntryHasher hasher;
    private final @Nullable ChangeListener listener;
    private OrderedTree tree;

    /** Changes of a batch that may still be taken back. */
    private @Nullable List<Runnable> unheard;

    /** An empty replica. */
    public StoreReplica(Shape shape, InstantSource clock, @Nullable EntryHasher hasher) {
        this(new OrderedTree(shape), clock, hasher, null);
    }

    private StoreReplica(
            OrderedTree tree, InstantSource clock, @Nullable EntryHasher hasher, @Nullable ChangeListener listener) {
        this.tree = tree;
        this.clock = clock;
        this.hasher = hasher;
        this.listener = listener;
    }

    /** A replica with the same contents, in O(1): pages are shared until one of the two changes them. */
    public StoreReplica copy() {
        return new StoreReplica(new OrderedTree(tree.snapshot()), clock, hasher, null);
    }

    /** A copy that tells a listener of every change applied to it. */
    public StoreReplica copy(ChangeListener listener) {
        return new StoreReplica(new OrderedTree(tree.snapshot()), clock, hasher, listener);
    }

    @Override
    @SuppressWarnings("NullAway") // null is an answer: A is nullable here
    public Object dispatch(Query query) {
        return query.answer(this);
    }

    @Override
    @SuppressWarnings("NullAway")
    public Object dispatchMut(Update update) {
        return update.applyTo(this);
    }

    @Override
    @SuppressWarnings("NullAway")
    public void dispatchMutAll(WriteBatch<Update, @Nullable Object> batch) {
        while (batch.hasNext()) {
            batch.answer(batch.next().applyTo(this));
        }
    }

    // ---- reads ----

    /** The tree, for reads that need not look for entries which are due. */
    public TreeView tree() {
        return tree;
    }

    /** The contents as they are, for any thread and for ever. */
    public TreeView snapshot() {
        return tree.snapshot();
    }

    /** Whether any entry is due. Reads that count entries ask first. */
    public boolean isAnyDue() {
        return isDue(tree.minExpiry());
    }

    private boolean isDue(long expiry) {
        return expiry != Totals.NEVER && expiry <= clock.millis();
    }

    /** The value of a key, null if there is none, or {@link #DUE}. */
    public @Nullable Object get(byte[] key) {
        Leaf leaf = tree.leafOf(key);
        int slot = leaf.find(key);
        if (slot < 0) {
            return null;
        }
        return isDue(leaf.expiry(slot)) ? DUE : leaf.value(slot);
    }

    /** When a key expires, null if there is no entry, or {@link #DUE}. */
    public @Nullable Object expiry(byte[] key) {
        Leaf leaf = tree.leafOf(key);
        int slot = leaf.find(key);
        if (slot < 0) {
            return null;
        }
        long expiry = leaf.expiry(slot);
        return isDue(expiry) ? DUE : (Object) expiry;
    }

    /**
     * Gives up to {@code limit} entries of a range to {@code consumer}.
     *
     * @return null, or {@link #DUE}
     */
    public @Nullable Object scan(RangeScan scan, int limit, EntryConsumer consumer) {
        long now = tree.minExpiry() == Totals.NEVER ? Long.MIN_VALUE : clock.millis();
        return scan.forEach(limit, now, consumer) ? null : DUE;
    }

    // ---- writes ----

    /** Finds a key for the writes below; an entry that is due at {@code now} is removed first. Returns whether there is an entry. */
    boolean locate(byte[] key, long now) {
        boolean found = tree.locate(key);
        if (found && tree.expiry() <= now) {
            removeLocated(key);
            return tree.locate(key);
        }
        return found;
    }

    byte[] locatedValue() {
        return tree.value();
    }

    boolean locatedHasValue(byte[] value) {
        return tree.hasValue(value);
    }

    long locatedExpiry() {
        return tree.expiry();
    }

    /** Puts a value in the place located; with an expiry that has passed the entry goes instead. */
    void storeLocated(byte[] key, boolean found, byte[] value, long expiry, long @Nullable [] hash, long now) {
        if (expiry <= now) {
            if (found) {
                removeLocated(key);
            }
            return;
        }
        byte[] before = listener != null && found ? tree.value() : null;
        if (found) {
            tree.replace(value, expiry, hash);
        } else {
            tree.insert(key, value, expiry, hash);
        }
        tell(key, before, value);
    }

    /** Changes when the entry located expires; if that has passed, the entry goes. */
    void expireLocated(byte[] key, long expiry, long @Nullable [] hash, long now) {
        if (expiry <= now) {
            removeLocated(key);
        } else {
            tree.setExpiry(expiry, hash);
        }
    }

    void removeLocated(byte[] key) {
        byte[] before = listener != null ? tree.value() : null;
        tree.remove();
        tell(key, before, null);
    }

    /** Removes a range; what is due at {@code now} goes before and does not count. */
    long removeRange(byte @Nullable [] low, byte @Nullable [] end, long now) {
        removeDue(now, Integer.MAX_VALUE);
        if (listener != null) {
            RangeScan scan = new RangeScan(tree.snapshot(), low, end, /* descending= */ false);
            while (scan.advance()) {
                tell(scan.key(), scan.value(), null);
            }
        }
        return tree.removeRange(low, end);
    }

    int removeDue(long now, int limit) {
        return tree.removeDue(
                now, limit, listener == null ? null : (leaf, slot) -> tell(leaf.key(slot), leaf.value(slot), null));
    }

    /** Takes other contents for one's own. */
    void replaceAll(TreeView contents) {
        removeRange(null, null, Long.MIN_VALUE);
        tree = new OrderedTree(contents);
        if (listener != null) {
            RangeScan scan = new RangeScan(contents, null, null, /* descending= */ false);
            while (scan.advance()) {
                tell(scan.key(), null, scan.value());
            }
        }
    }

    /** Runs steps of which one may throw; then all are taken back. */
    void atomically(Runnable steps) {
        TreeView before = tree.snapshot();
        List<Runnable> changes = new ArrayList<>();
        unheard = changes;
        try {
            steps.run();
        } catch (RuntimeException e) {
            tree = new OrderedTree(before);
            changes.clear();
            throw e;
        } finally {
            unheard = null;
        }
        changes.forEach(Runnable::run);
    }

    private void tell(byte[] key, byte @Nullable [] before, byte @Nullable [] after) {
        ChangeListener listener = this.listener;
        if (listener == null) {
            return;
        }
        if (unheard != null) {
            unheard.add(() -> listener.changed(key, before, after));
        } else {
            listener.changed(key, before, after);
        }
    }

    @Nullable
    EntryHasher hasher() {
        return hasher;
    }
}
