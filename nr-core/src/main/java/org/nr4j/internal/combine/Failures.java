package org.nr4j.internal.combine;

import org.jspecify.annotations.Nullable;

/** Passes what user code threw on one thread to the caller on another thread. */
public final class Failures {
    private Failures() {}

    /** Returns the answer of an operation. If the operation threw, throws the same exception. */
    public static @Nullable Object valueOrThrow(Responses answers, int i) {
        return valueOrThrow(answers.value(i), answers.failure(i));
    }

    /** Returns the value of an operation. If there is a failure, throws that instead. */
    public static @Nullable Object valueOrThrow(@Nullable Object value, @Nullable Throwable failure) {
        if (failure != null) {
            throw Failures.<RuntimeException>sneaky(failure);
        }
        return value;
    }

    /**
     * Attaches the calling thread's stack to failures that may have happened on the combiner's thread. An exception
     * gets at most one such stack, since user code may throw the same exception object repeatedly.
     */
    public static void attachCaller(Responses answers) {
        for (int i = 0; answers.hasFailures() && i < answers.size(); i++) {
            Throwable failure = answers.failure(i);
            if (failure != null) {
                attachCaller(failure);
            }
        }
    }

    /** Attaches the calling thread's stack to one failure. */
    public static void attachCaller(Throwable failure) {
        synchronized (failure) { // the monitor of addSuppressed: several callers may have the same exception at once
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
