package org.nr4j.kv.internal.replica;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.replica.ChangeRecorder.Content;
import org.nr4j.kv.internal.tree.Leaf;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.RangeScan;
import org.nr4j.kv.internal.tree.TreeView;
import org.nr4j.kv.internal.value.HeapValue;
import org.nr4j.kv.internal.value.OutsideValue;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * One part of a replica: a tree that one log changes, with the effects of operations on it. Parts of one replica share
 * no state that changes.
 *
 * <p>Any thread that may read the replica may call the methods that read. Only the thread that applies the log may call
 * the others.
 */
public final class StorePart {
    private final OrderedTree tree;
    private final @Nullable EntryHasher hasher;
    private final @Nullable ChangeRecorder recorder;

    /** Receives a step that undoes each change; null unless the operation in progress may be undone. */
    private @Nullable Undo undo;

    /**
     * Creates a part over a tree.
     *
     * @param recorder receives every change; null for none
     */
    StorePart(OrderedTree tree, @Nullable EntryHasher hasher, @Nullable ChangeRecorder recorder) {
        this.tree = tree;
        this.hasher = hasher;
        this.recorder = recorder;
    }

    public OrderedTree tree() {
        return tree;
    }

    @Nullable
    public EntryHasher hasher() {
        return hasher;
    }

    /** Sets the receiver of steps that undo later changes; null for none. */
    void setUndo(@Nullable Undo undo) {
        this.undo = undo;
    }

    /**
     * Finds a key for the methods below. Removes the entry first if it is due at {@code now}. Returns whether there is
     * an entry.
     */
    public boolean locate(byte[] key, long now) {
        boolean found = tree.locate(key);
        if (found && tree.expiry() <= now) {
            removeLocated(key, /* expired= */ true);
            return tree.locate(key);
        }
        return found;
    }

    /** Returns the value, read from its file if it is in one: for a write whose effect depends on it. */
    public byte[] locatedValue() {
        return NeededValue.bytesOf(tree.valueOrStored());
    }

    /** Returns the value, or a value that is in a file as it is: for the caller of the write to read. */
    public Object locatedAnswer() {
        return tree.valueOrStored();
    }

    public boolean locatedHasValue(byte[] value) {
        return NeededValue.compare(() -> tree.hasValue(value));
    }

    public long locatedExpiry() {
        return tree.expiry();
    }

    /** Puts a value in the place located. Removes the entry instead if the expiry has passed. */
    public void storeLocated(byte[] key, boolean found, byte[] value, long expiry, long @Nullable [] hash, long now) {
        store(key, found, value, /* stored= */ null, expiry, hash, now);
    }

    /** As the other method of this name, with a value that is in a file. */
    public void storeLocated(
            byte[] key, boolean found, StoredValue value, long expiry, long @Nullable [] hash, long now) {
        store(key, found, /* inMemory= */ null, value, expiry, hash, now);
    }

    private void store(
            byte[] key,
            boolean found,
            byte @Nullable [] inMemory,
            @Nullable StoredValue stored,
            long expiry,
            long @Nullable [] hash,
            long now) {
        if (expiry <= now) {
            if (found) {
                removeLocated(key);
            }
            return;
        }
        Content before = found ? locatedContent() : null;
        putLocated(key, found, inMemory, stored, expiry, hash);
        if (isRecording()) {
            OutsideValue value = inMemory == null ? Objects.requireNonNull(stored) : new HeapValue(inMemory);
            record(key, before, new Content(value, expiry), /* expired= */ false);
        }
    }

    /** Changes the tree. The value is either in memory or in a file. */
    private void putLocated(
            byte[] key,
            boolean found,
            byte @Nullable [] inMemory,
            @Nullable OutsideValue stored,
            long expiry,
            long @Nullable [] hash) {
        if (inMemory != null && found) {
            tree.replace(inMemory, expiry, hash);
        } else if (inMemory != null) {
            tree.insert(key, inMemory, expiry, hash);
        } else if (found) {
            tree.replace(Objects.requireNonNull(stored), expiry, hash);
        } else {
            tree.insert(key, Objects.requireNonNull(stored), expiry, hash);
        }
    }

    /** Returns the value located, to keep or compare. Only a value that is in a page is copied. */
    public OutsideValue locatedValueToShare() {
        return tree.valueToShare();
    }

    /** Changes the place of the value located. That is no change of the entry, so nobody is told. */
    public void moveLocated(StoredValue to) {
        tree.replace(to, tree.expiry(), /* hash= */ null);
    }

    /** Changes when the entry located expires. Removes the entry if the expiry has passed. */
    public void expireLocated(byte[] key, long expiry, long @Nullable [] hash, long now) {
        if (expiry <= now) {
            removeLocated(key);
            return;
        }
        Content before = locatedContent();
        tree.setExpiry(expiry, hash);
        if (before != null) {
            record(key, before, new Content(before.value(), expiry), /* expired= */ false);
        }
    }

    public void removeLocated(byte[] key) {
        removeLocated(key, /* expired= */ false);
    }

    private void removeLocated(byte[] key, boolean expired) {
        Content before = locatedContent();
        tree.remove();
        if (isRecording()) {
            record(key, before, /* after= */ null, expired);
        }
    }

    /** Returns the content located; null if nothing records changes. */
    private @Nullable Content locatedContent() {
        return isRecording() ? new Content(tree.valueToShare(), tree.expiry()) : null;
    }

    private boolean isRecording() {
        return recorder != null || undo != null;
    }

    private void record(byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        if (undo != null) {
            undo.add(() -> restore(key, before));
        }
        if (recorder != null) {
            recorder.changed(key, before, after, expired);
        }
    }

    /** Gives a key the content that it had. Records nothing. */
    private void restore(byte[] key, @Nullable Content content) {
        boolean found = tree.locate(key);
        if (content == null) {
            if (found) {
                tree.remove();
            }
            return;
        }
        OutsideValue value = content.value();
        byte[] inMemory = value instanceof HeapValue heap ? heap.shared() : null;
        long[] hash =
                hasher == null ? null : hasher.hash(key, NeededValue.of(value).copy(), content.expiry());
        putLocated(key, found, inMemory, value, content.expiry(), hash);
    }

    /** Records how to undo a change of many entries, in O(1). */
    private void recordContents() {
        if (undo != null) {
            TreeView before = tree.snapshot();
            undo.add(() -> tree.become(before));
        }
    }

    /** Removes a range. Returns how many entries there were, without those due at {@code now}. */
    public long removeRange(byte @Nullable [] low, byte @Nullable [] end, long now) {
        removeDue(now);
        recordContents();
        if (recorder != null) {
            RangeScan scan = new RangeScan(tree.snapshot(), low, end, /* descending= */ false);
            while (scan.advance()) {
                recorder.changed(scan.key(), contentOf(scan), /* after= */ null, /* expired= */ false);
            }
        }
        return tree.removeRange(low, end);
    }

    /** Removes due entries. */
    public void removeDue(long now) {
        if (tree.minExpiry() <= now) {
            recordContents();
        }
        tree.removeDue(now, recorder == null ? null : this::tellExpiry);
    }

    private void tellExpiry(Leaf leaf, int slot) {
        if (recorder != null) {
            Content before = new Content(leaf.valueToShare(slot), leaf.expiry(slot));
            recorder.changed(leaf.key(slot), before, /* after= */ null, /* expired= */ true);
        }
    }

    /** Replaces the contents by others. */
    public void replaceAll(TreeView contents) {
        TreeView before = tree.snapshot();
        tree.become(contents);
        if (recorder != null) {
            tellDifferences(recorder, before, contents);
        }
    }

    private static void tellDifferences(ChangeRecorder recorder, TreeView old, TreeView contents) {
        RangeScan before = new RangeScan(old, null, null, /* descending= */ false);
        RangeScan after = new RangeScan(contents, null, null, /* descending= */ false);
        boolean wasThere = before.advance();
        boolean isThere = after.advance();
        while (wasThere || isThere) {
            int order = !wasThere ? 1 : !isThere ? -1 : Arrays.compareUnsigned(before.key(), after.key());
            byte[] key = order <= 0 ? before.key() : after.key();
            Content was = order <= 0 ? contentOf(before) : null;
            Content is = order >= 0 ? contentOf(after) : null;
            if (was == null || is == null || was.expiry() != is.expiry() || !areEqual(was.value(), is.value())) {
                recorder.changed(key, was, is, /* expired= */ false);
            }
            wasThere = order <= 0 ? before.advance() : wasThere;
            isThere = order >= 0 ? after.advance() : isThere;
        }
    }

    private static Content contentOf(RangeScan scan) {
        return new Content(scan.valueToShare(), scan.expiry());
    }

    private static boolean areEqual(OutsideValue one, OutsideValue other) {
        return one == other || (one.length() == other.length() && one.hasBytes(other.copy()));
    }
}
