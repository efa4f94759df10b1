package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/**
 * The answers of a run of operations, in order: a value or a failure for each. One thread at a time writes them. Other
 * threads get them when all are there.
 */
public final class Responses {
    /** Stands for no answers: see {@code Replica.isRedirected}. */
    public static final Responses REDIRECTED = new Responses(0);

    private final @Nullable Object[] values;
    private @Nullable Throwable @Nullable [] failures;
    private int count;

    public Responses(int size) {
        this.values = new Object[size];
    }

    /**
     * Adds the next answer. Returns true if that was the last one. After an error, the same answer can be added once
     * more: {@code count} is written last, and no call follows it.
     */
    boolean addNext(@Nullable Object value, @Nullable Throwable failure) {
        values[count] = value;
        if (failure != null) {
            if (failures == null) {
                failures = new Throwable[values.length];
            }
            failures[count] = failure;
        }
        count++;
        return count == values.length;
    }

    /** Adds the next answer. */
    public void add(@Nullable Object value, @Nullable Throwable failure) {
        boolean unused = addNext(value, failure);
    }

    /** Returns the number of operations. */
    public int size() {
        return values.length;
    }

    /** Returns the value of an operation; null if it failed. */
    public @Nullable Object value(int i) {
        return values[i];
    }

    /** Returns what an operation threw, or null. */
    public @Nullable Throwable failure(int i) {
        return failures == null ? null : failures[i];
    }

    /** Whether any operation failed. */
    public boolean hasFailures() {
        return failures != null;
    }
}
