package org.nr4j.kv;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.op.Batch;
import org.nr4j.kv.internal.op.Batch.Condition;
import org.nr4j.kv.internal.op.Increment;
import org.nr4j.kv.internal.op.Updates.CompareAndSet;
import org.nr4j.kv.internal.op.Updates.Fetch;
import org.nr4j.kv.internal.op.Updates.Remove;
import org.nr4j.kv.internal.op.Updates.RemoveIf;
import org.nr4j.kv.internal.op.Updates.RemoveRange;
import org.nr4j.kv.internal.op.Updates.When;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.store.StoreWrites;
import org.nr4j.kv.internal.value.StoredValue;

/**
 * A list of operations that a store applies together: in order, all or none, and only if the batch's conditions hold.
 * {@link KeyValueStore#apply} applies a batch as it is at the call, and returns the answer of each operation. A batch
 * can be applied again. For one thread.
 *
 * <pre>{@code
 * AtomicBatch.Answers answers = store.apply(new AtomicBatch()
 *         .requireValue(from, expected)
 *         .put(to, expected)
 *         .delete(from)
 *         .increment(moves, 1));
 * if (answers.applied()) {
 *     byte[] replaced = answers.value(0);
 *     long total = answers.number(2);
 * }
 * }</pre>
 *
 * <p>Operations answer as the methods of {@link KeyValueStore} with the same names. Conditions look at the store before
 * the first operation, and have no answers. A batch copies its arrays. The store checks their lengths when it applies
 * the batch; together they may have 1.5 GiB.
 */
public final class AtomicBatch {
    private final List<Part<Condition>> conditions = new ArrayList<>();
    private final List<Part<Update>> updates = new ArrayList<>();
    private boolean increments;

    /** How long the keys and values are together. */
    private long bytes;

    private boolean expiring;

    /** Creates an empty batch. */
    public AtomicBatch() {}

    /** Creates a condition or an operation when the batch is applied. */
    @FunctionalInterface
    private interface Part<T> {
        T build(Limits limits, StoreWrites writes, long now);
    }

    // ---- conditions ----

    /** Adds a condition: the key exists. */
    public AtomicBatch requirePresent(byte[] key) {
        byte[] ownKey = own(key);
        conditions.add((limits, writes, now) -> new Condition(limits.check(ownKey), /* present= */ true, null, now));
        return this;
    }

    /** Adds a condition: the key does not exist. */
    public AtomicBatch requireAbsent(byte[] key) {
        byte[] ownKey = own(key);
        conditions.add((limits, writes, now) -> new Condition(limits.check(ownKey), /* present= */ false, null, now));
        return this;
    }

    /** Adds a condition: the key has this value. */
    public AtomicBatch requireValue(byte[] key, byte[] value) {
        byte[] ownKey = own(key);
        byte[] ownValue = own(value);
        conditions.add((limits, writes, now) ->
                new Condition(limits.check(ownKey), /* present= */ true, limits.checkValue(ownValue), now));
        return this;
    }

    // ---- operations ----

    /**
     * Reads a key. Answers its value. It sees the operations before it. {@link KeyValueStore#multiGet} is cheaper if
     * nothing is written.
     */
    public AtomicBatch get(byte[] key) {
        byte[] ownKey = own(key);
        return add((limits, writes, now) -> new Fetch(limits.check(ownKey), now));
    }

    /** Puts a value that does not expire. Answers the value before. */
    public AtomicBatch put(byte[] key, byte[] value) {
        return put(key, value, Expiry.never());
    }

    /** Puts a value that expires. Answers the value before. */
    public AtomicBatch put(byte[] key, byte[] value, Expiry expiry) {
        return put(key, value, expiry, When.ALWAYS, /* answersOld= */ true);
    }

    /** Puts a value that does not expire. Answers nothing, and is cheaper than {@link #put}. */
    public AtomicBatch set(byte[] key, byte[] value) {
        return set(key, value, Expiry.never());
    }

    /** Puts a value that expires. Answers nothing, and is cheaper than {@link #put}. */
    public AtomicBatch set(byte[] key, byte[] value, Expiry expiry) {
        return put(key, value, expiry, When.ALWAYS, /* answersOld= */ false);
    }

    /** Puts a value that does not expire, if the key has none. Answers the value that the key has already. */
    public AtomicBatch putIfAbsent(byte[] key, byte[] value) {
        return putIfAbsent(key, value, Expiry.never());
    }

    /** Puts a value that expires, if the key has none. Answers the value that the key has already. */
    public AtomicBatch putIfAbsent(byte[] key, byte[] value, Expiry expiry) {
        return put(key, value, expiry, When.ABSENT, /* answersOld= */ true);
    }

    private AtomicBatch put(byte[] key, byte[] value, Expiry expiry, When when, boolean answersOld) {
        byte[] ownKey = own(key);
        byte[] ownValue = own(value);
        note(expiry);
        return add((limits, writes, now) -> {
            byte[] checkedValue = limits.checkValue(ownValue);
            return writes.put(limits.check(ownKey), checkedValue, expiry.from(now), when, answersOld, now);
        });
    }

    /** Replaces an expected value by one that does not expire. Answers whether it is done. Never stops the batch. */
    public AtomicBatch compareAndSet(byte[] key, byte[] expected, byte[] value) {
        return compareAndSet(key, expected, value, Expiry.never());
    }

    /** Replaces an expected value by one that expires. Answers whether it is done. Never stops the batch. */
    public AtomicBatch compareAndSet(byte[] key, byte[] expected, byte[] value, Expiry expiry) {
        byte[] ownKey = own(key);
        byte[] ownExpected = own(expected);
        byte[] ownValue = own(value);
        note(expiry);
        return add((limits, writes, now) -> {
            long instant = expiry.from(now);
            long[] hash = writes.hash(limits.check(ownKey), limits.checkValue(ownValue), instant);
            return new CompareAndSet(ownKey, limits.checkValue(ownExpected), ownValue, instant, hash, now);
        });
    }

    /** Removes a key, if it exists. Answers the value before. */
    public AtomicBatch remove(byte[] key) {
        byte[] ownKey = own(key);
        return add((limits, writes, now) -> new Remove(limits.check(ownKey), now));
    }

    /** Removes a key, if it exists. Answers whether it is done, and is cheaper than {@link #remove(byte[])}. */
    public AtomicBatch delete(byte[] key) {
        byte[] ownKey = own(key);
        return add((limits, writes, now) -> new RemoveIf(limits.check(ownKey), null, now));
    }

    /** Removes a key, if it has an expected value. Answers whether it is done. */
    public AtomicBatch remove(byte[] key, byte[] expected) {
        byte[] ownKey = own(key);
        byte[] ownExpected = own(expected);
        return add((limits, writes, now) -> new RemoveIf(limits.check(ownKey), limits.checkValue(ownExpected), now));
    }

    /** Removes the keys of a range. Answers the number of them. */
    public AtomicBatch removeRange(KeyRange range) {
        KeyRange.require(range);
        return add((limits, writes, now) -> new RemoveRange(range.low(), range.end(), now));
    }

    /**
     * Adds to a number, as {@link KeyValueStore#increment} does. Answers the new number. If the increment throws,
     * applying the batch throws, and nothing is applied.
     */
    public AtomicBatch increment(byte[] key, long delta) {
        byte[] ownKey = own(key);
        increments = true;
        return add((limits, writes, now) -> new Increment(limits.check(ownKey), delta, now));
    }

    /** Changes when an entry expires, if it exists. Answers whether it is done. */
    public AtomicBatch setExpiry(byte[] key, Expiry expiry) {
        byte[] ownKey = own(key);
        note(expiry);
        return add((limits, writes, now) -> writes.setExpiry(limits.check(ownKey), expiry.from(now), now));
    }

    private byte[] own(byte[] keyOrValue) {
        byte[] own = Limits.copy(keyOrValue);
        bytes += own.length;
        return own;
    }

    private AtomicBatch add(Part<Update> update) {
        updates.add(update);
        return this;
    }

    private void note(Expiry expiry) {
        Expiry.require(expiry);
        expiring |= !expiry.isNever();
    }

    // ---- for the store ----

    /** Whether the batch makes an entry expire. */
    boolean isExpiring() {
        return expiring;
    }

    Batch build(Limits limits, StoreWrites writes, long now) {
        Limits.requireOneWrite("the keys and values of a batch", bytes);
        List<Condition> builtConditions = new ArrayList<>(conditions.size());
        conditions.forEach(each -> builtConditions.add(each.build(limits, writes, now)));
        List<Update> builtUpdates = new ArrayList<>(updates.size());
        boolean built = false;
        try {
            updates.forEach(each -> builtUpdates.add(each.build(limits, writes, now)));
            built = true;
            return new Batch(builtConditions, builtUpdates, increments);
        } finally {
            if (!built) {
                builtUpdates.forEach(Update::written); // nobody will submit them
            }
        }
    }

    /**
     * What the operations of a batch answered, numbered from 0 in the order in which they were added. Each answer is of
     * one of three kinds, by its operation. For one thread.
     *
     * <p>The three methods that return an answer throw {@link IllegalStateException} if the batch was not applied, or
     * if the answer is of another kind. They throw {@link IndexOutOfBoundsException} for an operation that the batch
     * does not have.
     */
    public static final class Answers {
        private final @Nullable List<?> answers;

        private Answers(@Nullable List<?> answers) {
            this.answers = answers;
        }

        static Answers of(@Nullable Object answers) {
            return new Answers((List<?>) answers);
        }

        /** Whether all conditions held, so that the batch was applied. */
        public boolean applied() {
            return answers != null;
        }

        /**
         * Returns the answer of {@code get}, {@code put}, {@code putIfAbsent} or {@code remove(key)}: a value, or null
         * if there was none. The answer of {@code set} is null.
         */
        public byte @Nullable [] value(int operation) {
            Object answer = answer(operation);
            if (answer instanceof StoredValue stored) {
                return stored.copy();
            }
            if (answer != null && !(answer instanceof byte[])) {
                throw otherKind(operation, answer);
            }
            return (byte[]) answer;
        }

        /** Returns the answer of {@code increment} or {@code removeRange}. */
        public long number(int operation) {
            Object answer = answer(operation);
            if (answer instanceof Long number) {
                return number;
            }
            throw otherKind(operation, answer);
        }

        /**
         * Returns the answer of {@code compareAndSet}, {@code delete}, {@code remove(key, expected)} or {@code
         * setExpiry}.
         */
        public boolean isDone(int operation) {
            Object answer = answer(operation);
            if (answer instanceof Boolean done) {
                return done;
            }
            throw otherKind(operation, answer);
        }

        private @Nullable Object answer(int operation) {
            if (answers == null) {
                throw new IllegalStateException("a batch must be applied to have answers: operation=" + operation
                        + " applied=false; ask applied() first");
            }
            if (operation < 0 || operation >= answers.size()) {
                throw new IndexOutOfBoundsException("an operation must be one of the batch: operation=" + operation
                        + " operations=" + answers.size() + "; count from 0, without the conditions");
            }
            return answers.get(operation);
        }

        private static IllegalStateException otherKind(int operation, @Nullable Object answer) {
            String method = answer instanceof Long ? "number" : answer instanceof Boolean ? "isDone" : "value";
            return new IllegalStateException("an answer must be asked for by its kind: operation=" + operation
                    + "; call " + method + "(" + operation + ")");
        }

        @Override
        public String toString() {
            return answers == null ? "Answers[not applied]" : "Answers[operations=" + answers.size() + "]";
        }
    }
}
