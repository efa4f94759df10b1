package org.nr4j.kv.internal.replica;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.WriteBatch;
import org.nr4j.cnr.ConcurrentDispatch;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.contents.KeyHash;
import org.nr4j.kv.internal.tree.EntryConsumer;
import org.nr4j.kv.internal.tree.Leaf;
import org.nr4j.kv.internal.tree.OrderedTree;
import org.nr4j.kv.internal.tree.Prefetch;
import org.nr4j.kv.internal.tree.Shape;
import org.nr4j.kv.internal.tree.Totals;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * One replica of the store. It has one part for each log. The hash of a key says which part has it.
 *
 * <p>An operation reads and changes only the parts of its logs ({@link Query#logs}, {@link Update#logs}). Other threads
 * may change the other parts at the same time.
 *
 * <p>An entry is due when its instant has come. A write carries the time that decides, and treats a due entry as
 * missing. So all replicas agree. A read looks at the clock. If its answer would contain a due entry, it answers
 * {@link #DUE} instead. The caller then has a write remove the entry, and reads again. So only the logs decide what is
 * in the store, never the clock of a read.
 */
public final class StoreReplica implements ConcurrentDispatch<Query, Update, @Nullable Object> {
    /** The answer of a read that found an entry due. */
    public static final Object DUE = new Object();

    private final InstantSource clock;
    private final @Nullable EntryHasher hasher;
    private final @Nullable HeldChanges recorder;
    private final StorePart[] parts;
    private final OrderedTree[] trees;

    /** The trees of all parts, for reads of all logs. */
    private final Contents contents;

    /** Creates an empty replica. */
    public StoreReplica(int parts, Shape shape, InstantSource clock, @Nullable EntryHasher hasher) {
        this(OrderedTree.empty(parts, shape), clock, hasher, null);
    }

    private StoreReplica(
            OrderedTree[] trees, InstantSource clock, @Nullable EntryHasher hasher, @Nullable HeldChanges recorder) {
        this.clock = clock;
        this.hasher = hasher;
        this.recorder = recorder;
        this.trees = trees;
        this.parts = new StorePart[trees.length];
        for (int part = 0; part < parts.length; part++) {
            parts[part] = new StorePart(trees[part], hasher, recorder);
        }
        this.contents = new Contents(trees);
    }

    private OrderedTree[] copyOfTrees() {
        return Arrays.stream(trees)
                .map(tree -> new OrderedTree(tree.snapshot()))
                .toArray(OrderedTree[]::new);
    }

    /** Returns a replica with the same contents, in O(1). Both share a page until one of them changes it. */
    public StoreReplica copy() {
        return new StoreReplica(copyOfTrees(), clock, hasher, null);
    }

    /** Returns a copy that passes every change applied to it to a recorder. For one thread. */
    public StoreReplica copy(ChangeRecorder recorder) {
        return new StoreReplica(copyOfTrees(), clock, hasher, new HeldChanges(recorder));
    }

    @Override
    @SuppressWarnings("NullAway") // null is an answer: A is nullable here
    public Object dispatch(Query query) {
        return query.answer(this);
    }

    @Override
    public boolean isOptimistic(Query query) {
        return query.isOptimistic();
    }

    @Override
    @SuppressWarnings("NullAway")
    public Object dispatchMut(Update update) {
        return update.applyTo(this);
    }

    /** Called if there is only one log. */
    @Override
    @SuppressWarnings("NullAway")
    public void dispatchMutAll(WriteBatch<Update, @Nullable Object> batch) {
        while (batch.hasNext()) {
            batch.answer(batch.next().applyTo(this));
        }
    }

    // ---- parts ----

    public StorePart partOf(byte[] key) {
        return parts[KeyHash.partOf(key, parts.length)];
    }

    private OrderedTree treeOf(byte[] key) {
        return trees[KeyHash.partOf(key, trees.length)];
    }

    public StorePart part(int part) {
        return parts[part];
    }

    public int parts() {
        return parts.length;
    }

    // ---- reads ----

    /**
     * Returns all entries. For a read of all logs that does not check for due entries itself. Valid only while the read
     * runs.
     */
    public Contents contents() {
        return contents;
    }

    /** Returns the contents at the call. Any thread may use them at any time. For a read of all logs. */
    public Contents snapshot() {
        return Contents.snapshotOf(trees);
    }

    /** Returns the time of a read. */
    public long now() {
        return clock.millis();
    }

    /** Whether any entry is due. A read that counts entries checks this first. */
    public boolean isAnyDue() {
        return isDue(contents.minExpiry());
    }

    private boolean isDue(long expiry) {
        return expiry != Totals.NEVER && expiry <= clock.millis();
    }

    /** Returns the value of a key or a {@link StoredValue}, null if there is none, or {@link #DUE}. */
    @Nullable
    public Object get(byte[] key) {
        Leaf leaf = treeOf(key).leafOf(key);
        int slot = leaf.find(key);
        if (slot < 0) {
            return null;
        }
        return isDue(leaf.expiry(slot)) ? DUE : leaf.valueOrStored(slot);
    }

    /** Brings the entries of some keys into the processor's caches. */
    public void prefetch(Iterable<byte[]> keys) {
        Prefetch prefetch = new Prefetch();
        for (byte[] key : keys) {
            prefetch.add(treeOf(key), key);
        }
        prefetch.finish();
    }

    /** Returns when a key expires, null if there is no entry, or {@link #DUE}. */
    @Nullable
    public Object expiry(byte[] key) {
        Leaf leaf = treeOf(key).leafOf(key);
        int slot = leaf.find(key);
        if (slot < 0) {
            return null;
        }
        long expiry = leaf.expiry(slot);
        return isDue(expiry) ? DUE : (Object) expiry;
    }

    /**
     * Passes up to {@code limit} entries of a range to {@code consumer}.
     *
     * @return null, or {@link #DUE}
     */
    public @Nullable Object scan(
            byte @Nullable [] low, byte @Nullable [] end, boolean descending, int limit, EntryConsumer consumer) {
        long now = contents.minExpiry() == Totals.NEVER ? Long.MIN_VALUE : clock.millis();
        return contents.scan(low, end, descending).forEach(limit, now, consumer) ? null : DUE;
    }

    // ---- writes ----

    /** Runs steps that change some parts, and returns their answer. If they throw, undoes all of them. */
    public @Nullable Object atomically(BitSet ofParts, Supplier<? extends @Nullable Object> steps) {
        Undo undo = new Undo();
        if (recorder != null) {
            recorder.hold();
        }
        setUndo(ofParts, undo);
        boolean done = false;
        try {
            Object answer = steps.get();
            done = true;
            return answer;
        } finally {
            setUndo(ofParts, null);
            if (!done) {
                undo.run();
            }
            if (recorder != null) {
                recorder.release(/* passOn= */ done);
            }
        }
    }

    private void setUndo(BitSet ofParts, @Nullable Undo undo) {
        for (int part = ofParts.nextSetBit(0); part >= 0; part = ofParts.nextSetBit(part + 1)) {
            parts[part].setUndo(undo);
        }
    }
}
