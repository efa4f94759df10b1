package org.nr4j.kv.internal;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.WriteBatch;
import org.nr4j.kv.internal.ChangeRecorder.Content;

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
    private final @Nullable ChangeRecorder recorder;
    private OrderedTree tree;

    /** Changes of a batch that may still be taken back. */
    private @Nullable List<Runnable> unheard;

    /** An empty replica. */
    public StoreReplica(Shape shape, InstantSource clock, @Nullable EntryHasher hasher) {
        this(new OrderedTree(shape), clock, hasher, null);
    }

    private StoreReplica(
            OrderedTree tree, InstantSource clock, @Nullable EntryHasher hasher, @Nullable ChangeRecorder recorder) {
        this.tree = tree;
        this.clock = clock;
        this.hasher = hasher;
        this.recorder = recorder;
    }

    /** A replica with the same contents, in O(1): pages are shared until one of the two changes them. */
    public StoreReplica copy() {
        return new StoreReplica(new OrderedTree(tree.snapshot()), clock, hasher, null);
    }

    /** A copy that tells of every change applied to it. */
    public StoreReplica copy(ChangeRecorder recorder) {
        return new StoreReplica(new OrderedTree(tree.snapshot()), clock, hasher, recorder);
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
            removeLocated(key, /* expired= */ true);
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
        Content before = found ? locatedContent() : null;
        if (found) {
            tree.replace(value, expiry, hash);
        } else {
            tree.insert(key, value, expiry, hash);
        }
        if (recorder != null) {
            tell(key, before, new Content(value, expiry), /* expired= */ false);
        }
    }

    /** Changes when the entry located expires; if that has passed, the entry goes. */
    void expireLocated(byte[] key, long expiry, long @Nullable [] hash, long now) {
        if (expiry <= now) {
            removeLocated(key);
            return;
        }
        Content before = locatedContent();
        tree.setExpiry(expiry, hash);
        if (before != null) {
            tell(key, before, new Content(before.value(), expiry), /* expired= */ false);
        }
    }

    void removeLocated(byte[] key) {
        removeLocated(key, /* expired= */ false);
    }

    private void removeLocated(byte[] key, boolean expired) {
        Content before = locatedContent();
        tree.remove();
        tell(key, before, /* after= */ null, expired);
    }

    /** What is located, where somebody is to hear of it. */
    private @Nullable Content locatedContent() {
        return recorder == null ? null : new Content(tree.value(), tree.expiry());
    }

    /** Removes a range; what is due at {@code now} goes before and does not count. */
    long removeRange(byte @Nullable [] low, byte @Nullable [] end, long now) {
        removeDue(now, Integer.MAX_VALUE);
        if (recorder != null) {
            RangeScan scan = new RangeScan(tree.snapshot(), low, end, /* descending= */ false);
            while (scan.advance()) {
                tell(scan.key(), contentOf(scan), /* after= */ null, /* expired= */ false);
            }
        }
        return tree.removeRange(low, end);
    }

    int removeDue(long now, int limit) {
        return tree.removeDue(now, limit, recorder == null ? null : this::tellExpiry);
    }

    private void tellExpiry(Leaf leaf, int slot) {
        Content before = new Content(leaf.value(slot), leaf.expiry(slot));
        tell(leaf.key(slot), before, /* after= */ null, /* expired= */ true);
    }

    /** Takes other contents for one's own. */
    void replaceAll(TreeView contents) {
        TreeView before = tree.snapshot();
        tree = new OrderedTree(contents);
        if (recorder != null) {
            tellDifferences(before, contents);
        }
    }

    private void tellDifferences(TreeView old, TreeView contents) {
        RangeScan before = new RangeScan(old, null, null, /* descending= */ false);
        RangeScan after = new RangeScan(contents, null, null, /* descending= */ false);
        boolean wasThere = before.advance();
        boolean isThere = after.advance();
        while (wasThere || isThere) {
            int order = !wasThere ? 1 : !isThere ? -1 : Arrays.compareUnsigned(before.key(), after.key());
            byte[] key = order <= 0 ? before.key() : after.key();
            Content was = order <= 0 ? contentOf(before) : null;
            Content is = order >= 0 ? contentOf(after) : null;
            if (was == null || is == null || was.expiry() != is.expiry() || !Arrays.equals(was.value(), is.value())) {
                tell(key, was, is, /* expired= */ false);
            }
            wasThere = order <= 0 ? before.advance() : wasThere;
            isThere = order >= 0 ? after.advance() : isThere;
        }
    }

    private static Content contentOf(RangeScan scan) {
        return new Content(scan.value(), scan.expiry());
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

    private void tell(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        ChangeRecorder recorder = this.recorder;
        if (recorder == null) {
            return;
        }
        if (unheard != null) {
            unheard.add(() -> recorder.changed(key, before, after, expired));
        } else {
            recorder.changed(key, before, after, expired);
        }
    }

    @Nullable
    EntryHasher hasher() {
        return hasher;
    }
}
