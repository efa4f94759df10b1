package org.nr4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link NodeReplicated#executeMutAll} if an operation of the batch threw. All operations of the batch were
 * applied. The exception has the answer or the failure of each. Its cause is the first failure.
 */
public final class BatchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<@Nullable Object> answers;
    private final transient List<@Nullable Throwable> failures;

    /**
     * Creates the exception. Both lists have one element for each operation, in order.
     *
     * @param answers the answers; null for an operation that threw
     * @param failures the exceptions; null for an operation that answered; at least one is not null
     */
    public BatchFailedException(
            List<? extends @Nullable Object> answers, List<? extends @Nullable Throwable> failures) {
        super(
                "operations of a batch must not throw: first=" + firstOf(failures) + " of=" + failures.size()
                        + "; see failures() and answers() for the result of each",
                failures.get(firstOf(failures)));
        this.answers = Collections.unmodifiableList(new ArrayList<>(answers));
        this.failures = Collections.unmodifiableList(new ArrayList<>(failures));
    }

    private static int firstOf(List<? extends @Nullable Throwable> failures) {
        int first = 0;
        while (failures.get(first) == null) {
            first++;
        }
        return first;
    }

    /** Returns the answer of each operation, in order; null for an operation that threw. */
    public List<@Nullable Object> answers() {
        return answers;
    }

    /** Returns the exception of each operation, in order; null for an operation that answered. */
    public List<@Nullable Throwable> failures() {
        return failures;
    }
}
