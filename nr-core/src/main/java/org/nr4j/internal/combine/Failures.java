package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/** Hands what user code threw on one thread to the caller on another. */
public final class Failures {
    private Failures() {}

    /** The answer of an operation; throws what the operation threw, as it is. */
    public static @Nullable Object valueOrThrow(Responses answers, int i) {
        return valueOrThrow(answers.value(i), answers.failure(i));
    }

    /** The value of an operation, unless it failed. */
    public static @Nullable Object valueOrThrow(@Nullable Object value, @Nullable Throwable failure) {
        if (failure != null) {
            throw Failures.<RuntimeException>sneaky(failure);
        }
        return value;
    }

    /**
     * Attaches the calling thread's stack to failures that may have happened on the combiner's thread. Once an
     * exception at most: user code may throw one and the same exception again and again.
     */
    public static void attachCaller(Responses answers) {
        for (int i = 0; answers.hasFailures() && i < answers.size(); i++) {
            Throwable failure = answers.failure(i);
            if (failure != null) {
                attachCaller(failure);
            }
        }
    }

    /** The same for one failure. */
    public static void attachCaller(Throwable failure) {
        synchronized (failure) { // by its own monitor, as addSuppressed: several callers may have the same one at once
            if (!hasCaller(failure)) {
                failure.addSuppressed(new CallerStack());
            }
        }
    }

    private static boolean hasCaller(Throwable failure) {
        for (Throwable suppressed : failure.getSuppressed()) {
            if (suppressed instanceof CallerStack) {
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws any exception as if it were unchecked
    private static <E extends Throwable> E sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    /** The stack of the thread whose operation failed on the combiner's thread. */
    private static final class CallerStack extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallerStack() {
            super("the operation was submitted here, by thread "
                    + Thread.currentThread().getName());
        }
    }
}
