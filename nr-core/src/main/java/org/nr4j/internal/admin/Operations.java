package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.BatchFailedException;
import org.nr4j.internal.combine.Failures;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.thread.ThreadIds;

/** What the façades do with operations on the way in, and with answers on the way out. */
public final class Operations {
    private Operations() {}

    /** Refuses null. */
    public static void require(@Nullable Object op) {
        if (op == null) {
            throw new NullPointerException("an operation must not be null: op=null; pass an operation object");
        }
    }

    /**
     * A function of structures; they are of the class that the caller says, or the function is not called: the cast in
     * it fails.
     */
    @SuppressWarnings("unchecked")
    public static <D, T extends @Nullable Object> Function<D, T> ofStructure(Function<?, ? extends T> function) {
        return (Function<D, T>)
                Objects.requireNonNull(function, "function must not be null: pass one such as MyStructure::copy");
    }

    /** A copy of a batch, which is not null nor has nulls in it. */
    public static Object[] copyOf(@Nullable List<?> ops) {
        if (ops == null) {
            throw new NullPointerException("a batch must not be null: ops=null; pass a list of operations");
        }
        Object[] array = ops.toArray();
        for (int i = 0; i < array.length; i++) {
            if (array[i] == null) {
                throw new NullPointerException("an operation must not be null: ops[" + i
                        + "]=null; leave it out, or use an operation that does nothing");
            }
        }
        return array;
    }

    /**
     * What a batch was answered.
     *
     * @throws BatchFailedException if operations threw
     */
    @SuppressWarnings("unchecked")
    public static <A extends @Nullable Object> List<A> answersOf(Responses answers) {
        List<A> result = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            if (answers.failure(i) != null) {
                throw failed(answers);
            }
            result.add((A) answers.value(i));
        }
        return Collections.unmodifiableList(result);
    }

    private static BatchFailedException failed(Responses answers) {
        List<@Nullable Object> values = new ArrayList<>();
        List<@Nullable Throwable> failures = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            values.add(answers.value(i));
            failures.add(answers.failure(i));
        }
        return new BatchFailedException(values, failures);
    }

    /** The answer of a single operation; throws what it threw. */
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"
    }) // null is an answer where A is nullable
    public static <A extends @Nullable Object> A answerOf(Responses answers) {
        return (A) Failures.valueOrThrow(answers, 0);
    }

    /** The id of the calling thread. */
    public static long currentThreadId() {
        return ThreadIds.current();
    }

    /**
     * Why the calling thread must not use a token; to be thrown.
     *
     * @param owner whose token it is; null once it is closed
     */
    public static IllegalStateException wrongUse(@Nullable Thread owner, int replica) {
        return owner == null
                ? new IllegalStateException(
                        "a token must not be used after it was closed: replica=" + replica + "; call register() again")
                : new IllegalStateException(
                        "a token must be used by the thread that registered: owner=" + owner.getName() + " caller="
                                + Thread.currentThread().getName() + "; call register() on each thread");
    }
}
