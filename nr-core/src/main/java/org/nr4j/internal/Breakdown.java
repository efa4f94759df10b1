package org.nr4j.internal;

import org.jspecify.annotations.Nullable;

/**
 * Stops an instance of several logs for good. Its logs share the structures, so where an error of the virtual machine leaves one in a state that nobody knows, no log can go on with it. From then on every
 * operation is refused where it would reach a structure ({@link Lane}), also those in the logs: so nothing is answered from such a state, and nobody waits for ever.
 *
 * <p>Any thread may call any method.
 */
final class Breakdown {
    /** The first error; volatile: who answers looks here first, and an answer from before the report is one from before the error. */
    private volatile @Nullable Throwable error;

    /** Stops the instance. Allocates nothing, since memory may be what was short. */
    void report(@Nullable Throwable cause) {
        if (error == null && cause != null) { // one of several at once is as good as the other
            error = cause;
        }
    }

    boolean isReported() {
        return error != null;
    }

    /** Throws if the instance has stopped. */
    void check() {
        if (error != null) {
            throw refusal();
        }
    }

    /** Why an operation was refused; to be thrown. */
    IllegalStateException refusal() {
        Throwable error = this.error;
        return new IllegalStateException(
                "dispatchMut must not exhaust the memory or the stack: threw=" + error
                        + "; all logs share the structure, whose state nobody knows now, and the instance has stopped, build a new one",
                error);
    }
}
