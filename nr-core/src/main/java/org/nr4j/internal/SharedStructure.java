package org.nr4j.internal;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * The structure of one replica, where several logs share it, and whether it is still good. An error of the virtual machine leaves it in a state that nobody knows, whatever the log it came in; then no log goes on with it: each
 * {@link Lane} finds the error here, and its replica goes out of order too.
 *
 * <p>Any thread may call the methods.
 */
final class SharedStructure<R, W, A extends @Nullable Object> {
    /** The user's structure. */
    final Dispatch<R, W, A> dispatch;

    /** The first error. Volatile: who answers looks here first, and an answer from before the report is one from before the error. */
    private volatile @Nullable VirtualMachineError error;

    SharedStructure(Dispatch<R, W, A> dispatch) {
        this.dispatch = dispatch;
    }

    /** It is broken. Allocates nothing, since memory may be what was short. */
    void report(@Nullable VirtualMachineError cause) {
        if (error == null && cause != null) { // one of several at once is as good as the other
            error = cause;
        }
    }

    boolean isBroken() {
        return error != null;
    }

    /** For those who apply a log: throws what broke it, if it is broken. */
    void check() {
        VirtualMachineError error = this.error;
        if (error != null) {
            throw error;
        }
    }
}
