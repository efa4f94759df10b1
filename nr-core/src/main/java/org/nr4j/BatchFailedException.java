package org.nr4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link NodeReplicated#executeMutAll} when operations of the batch threw. All operations of the batch were applied, those that threw as well
 * as those that did not; this tells what became of each. The cause is the first failure.
 */
public final class BatchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<@Nullable Object> answers;
    private final transient List<@Nullable Throwable> failures;

    /**
     * What became of each operation, in order.
     *
     * @param answers null where it threw
     * @param failures null where it answered; at least one is not
     */
    public BatchFailedException(
            List<? extends @Nullable Object> answers, List<? extends @Nullable Throwable> failures) {
        super(
                "operations of the batch threw: first=" + firstOf(failures) + " of=" + failures.size()
                        + "; failures() and answers() tell what became of each",
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

    /** For each operation, in order, its answer; null where it threw. */
    public List<@Nullable Object> answers() {
        return answers;
    }

    /** For each operation, in order, what it threw; null where it answered. */
    public List<@Nullable Throwable> failures() {
        return failures;
    }
}
