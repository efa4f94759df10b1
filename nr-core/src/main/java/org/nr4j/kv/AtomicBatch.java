package org.nr4j.kv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.SetExpiry;
import org.nr4j.kv.internal.op.Updates.Batch;
import org.nr4j.kv.internal.op.Updates.Condition;
import org.nr4j.kv.internal.op.Updates.Put;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.EntryHasher;
import org.nr4j.kv.internal.replica.Update;

/**
 * A batch of writes that a store applies together: in order, all or none, and only if the batch's conditions hold.
 * {@link KeyValueStore#apply} applies a batch as it is at the call. A batch can be applied again. For one thread.
 *
 * <pre>{@code
 * boolean moved = store.apply(new AtomicBatch()
 *         .requireValue(from, expected)
 *         .requireAbsent(to)
 *         .remove(from)
 *         .put(to, expected));
 * }</pre>
 *
 * <p>Conditions look at the store before the first write. A batch copies its arrays. The store checks their lengths
 * when it applies the batch.
 */
public final class AtomicBatch {
    private final List<Part<Condition>> conditions = new ArrayList<>();
    private final List<Part<Update>> updates = new ArrayList<>();
    private boolean increments;
    private boolean expiring;

    /** Creates an empty batch. */
    public AtomicBatch() {}

    /** Creates a condition or a write when the batch is applied. */
    @FunctionalInterface
    private interface Part<T> {
        T build(Limits limits, @Nullable EntryHasher hasher, long now);
    }

    /** Adds a condition: the key exists. */
    public AtomicBatch requirePresent(byte[] key) {
        byte[] ownKey = Limits.copy(key);
        conditions.add((limits, hasher, now) -> new Condition(limits.check(ownKey), /* present= */ true, null, now));
        return this;
    }

    /** Adds a condition: the key does not exist. */
    public AtomicBatch requireAbsent(byte[] key) {
        byte[] ownKey = Limits.copy(key);
        conditions.add((limits, hasher, now) -> new Condition(limits.check(ownKey), /* present= */ false, null, now));
        return this;
    }

    /** Adds a condition: the key has this value. */
    public AtomicBatch requireValue(byte[] key, byte[] value) {
        byte[] ownKey = Limits.copy(key);
        byte[] ownValue = Limits.copy(value);
        conditions.add((limits, hasher, now) ->
                new Condition(limits.check(ownKey), /* present= */ true, limits.checkValue(ownValue), now));
        return this;
    }

    /** Puts a value that does not expire. */
    public AtomicBatch put(byte[] key, byte[] value) {
        return put(key, value, Expiry.never());
    }

    /** Puts a value that expires. */
    public AtomicBatch put(byte[] key, byte[] value, Expiry expiry) {
        byte[] ownKey = Limits.copy(key);
        byte[] ownValue = Limits.copy(value);
        Expiry.require(expiry);
        expiring |= !expiry.isNever();
        updates.add((limits, hasher, now) -> {
            long instant = expiry.from(now);
            limits.check(ownKey);
            limits.checkValue(ownValue);
            long[] hash = hasher == null ? null : hasher.hash(ownKey, ownValue, instant);
            return new Put(ownKey, ownValue, instant, hash, When.ALWAYS, /* answersOld= */ false, now);
        });
        return this;
    }

    /** Removes a key, if it exists. */
    public AtomicBatch remove(byte[] key) {
        byte[] ownKey = Limits.copy(key);
        updates.add((limits, hasher, now) -> new RemoveIf(limits.check(ownKey), null, now));
        return this;
    }

    /** Removes the keys of a range. */
    public AtomicBatch removeRange(KeyRange range) {
        KeyRange.require(range);
        updates.add((limits, hasher, now) -> new RemoveRange(range.low(), range.end(), now));
        return this;
    }

    /**
     * Adds to a number, as {@link KeyValueStore#increment} does. If the increment throws, applying the batch throws,
     * and nothing is applied.
     */
    public AtomicBatch increment(byte[] key, long delta) {
        byte[] ownKey = Limits.copy(key);
        increments = true;
        updates.add((limits, hasher, now) -> new Increment(limits.check(ownKey), delta, now));
        return this;
    }

    /** Changes when an entry expires, if it exists. */
    public AtomicBatch setExpiry(byte[] key, Expiry expiry) {
        byte[] ownKey = Limits.copy(key);
        Expiry.require(expiry);
        expiring |= !expiry.isNever();
        updates.add((limits, hasher, now) -> new SetExpiry(limits.check(ownKey), expiry.from(now), now));
        return this;
    }

    /** Whether the batch makes an entry expire. */
    boolean isExpiring() {
        return expiring;
    }

    Batch build(Limits limits, @Nullable EntryHasher hasher, long now) {
        List<Condition> builtConditions = new ArrayList<>(conditions.size());
        conditions.forEach(each -> builtConditions.add(each.build(limits, hasher, now)));
        List<Update> builtUpdates = new ArrayList<>(updates.size());
        updates.forEach(each -> builtUpdates.add(each.build(limits, hasher, now)));
        return new Batch(builtConditions, builtUpdates, increments);
    }
}
