package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.multilog.LogBarrier;

/**
 * The structure of one replica, where several logs share it, and whether it is still good. An error of the virtual machine leaves it in a state that nobody knows, whatever the log it came in; then no log goes on with it: each
 * {@link LogBarrier} finds the error here, and its replica goes out of order too.
 *
 * <p>Any thread may call the methods.
 */
public final class SharedStructure<R, W, A extends @Nullable Object> {
    /** The user's structure. */
    public final Dispatch<R, W, A> dispatch;

    /** The first error. Volatile: who answers looks here first, and an answer from before the report is one from before the error. */
    private volatile @Nullable VirtualMachineError error;

    public SharedStructure(Dispatch<R, W, A> dispatch) {
        this.dispatch = dispatch;
    }

    /** It is broken. Allocates nothing, since memory may be what was short. */
    public void report(@Nullable VirtualMachineError cause) {
        if (error == null && cause != null) { // one of several at once is as good as the other
            error = cause;
        }
    }

    public boolean isBroken() {
        return error != null;
    }

    /** For those who apply a log: throws what broke it, if it is broken. */
    public void check() {
        VirtualMachineError error = this.error;
        if (error != null) {
            throw error;
        }
    }
}
