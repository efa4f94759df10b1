package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/**
 * What a run of operations was answered, in order: a value or a failure each. Written by one thread at a time, then
 * handed over whole.
 */
public final class Responses {
    /** Instead of answers: see {@code Replica.isRedirected}. */
    public static final Responses REDIRECTED = new Responses(0);

    private final @Nullable Object[] values;
    private @Nullable Throwable @Nullable [] failures;
    private int count;

    public Responses(int size) {
        this.values = new Object[size];
    }

    /**
     * Adds the next answer; true if that was the last. An error leaves the answer to be added once more: {@code count}
     * is written last, and no call follows it.
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

    /** How many operations there are. */
    public int size() {
        return values.length;
    }

    /** The value of an operation, null where it failed. */
    public @Nullable Object value(int i) {
        return values[i];
    }

    /** What an operation threw, or null. */
    public @Nullable Throwable failure(int i) {
        return failures == null ? null : failures[i];
    }

    /** Whether any operation failed. */
    public boolean hasFailures() {
        return failures != null;
    }
}
