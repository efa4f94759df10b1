package org.nr4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.Answers;

/**
 * Thrown by {@link NodeReplicated#executeMutAll} when operations of the batch threw. All operations of the batch were applied, those that threw as well
 * as those that did not; this tells what became of each. The cause is the first failure.
 */
public final class BatchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<@Nullable Object> answers;
    private final transient List<@Nullable Throwable> failures;

    BatchFailedException(Answers outcome, int firstFailure) {
        super(
                "operations of the batch threw: first=" + firstFailure + " of=" + outcome.size()
                        + "; failures() and answers() tell what became of each",
                outcome.failure(firstFailure));
        List<@Nullable Object> answers = new ArrayList<>();
        List<@Nullable Throwable> failures = new ArrayList<>();
        for (int i = 0; i < outcome.size(); i++) {
            answers.add(outcome.value(i));
            failures.add(outcome.failure(i));
        }
        this.answers = Collections.unmodifiableList(answers);
        this.failures = Collections.unmodifiableList(failures);
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
