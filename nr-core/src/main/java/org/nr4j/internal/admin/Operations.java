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

/** Checks operations on their way in, and unpacks answers on their way out, for the façades. */
public final class Operations {
    private Operations() {}

    /** Throws if the operation is null. */
    public static void require(@Nullable Object op) {
        if (op == null) {
            throw new NullPointerException("an operation must not be null: op=null; pass an operation object");
        }
    }

    /**
     * Casts a function of structures to the type the library uses. If the structures are not of the class that the
     * caller claims, the cast inside the function fails when it is called.
     */
    @SuppressWarnings("unchecked")
    public static <D, T extends @Nullable Object> Function<D, T> ofStructure(Function<?, ? extends T> function) {
        return (Function<D, T>)
                Objects.requireNonNull(function, "function must not be null: pass one such as MyStructure::copy");
    }

    /** Copies a batch. Throws if the batch is null or contains null. */
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
     * Returns the answers of a batch.
     *
     * @throws BatchFailedException if an operation threw
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

    /** Returns the answer of a single operation, or throws what the operation threw. */
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"
    }) // null is an answer where A is nullable
    public static <A extends @Nullable Object> A answerOf(Responses answers) {
        return (A) Failures.valueOrThrow(answers, 0);
    }

    /** Returns the id of the calling thread. */
    public static long currentThreadId() {
        return ThreadIds.current();
    }

    /**
     * Returns the exception for a thread that must not use a token.
     *
     * @param owner the thread that registered the token; null once the token is closed
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
