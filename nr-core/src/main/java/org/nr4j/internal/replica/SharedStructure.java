package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * The structure of one replica, shared by several logs, and the error that broke it, if any.
 *
 * <p>An error of the virtual machine leaves the structure in an unknown state, whatever log was being applied. Then no
 * log may use the structure. Each log finds the error through its {@link Lane}, which stands between the log and the
 * structure. So the replica is quarantined for that log, too.
 *
 * <p>Any thread may call the methods.
 */
public final class SharedStructure<R, W, A extends @Nullable Object> {
    /** The object between a log and a structure that the log shares with others. */
    public interface Lane<R, W, A extends @Nullable Object> extends Dispatch<R, W, A> {
        /** Returns the structure. */
        SharedStructure<R, ?, A> shared();
    }

    /** The user's structure. */
    public final Dispatch<R, W, A> dispatch;

    /**
     * The first error. Volatile: a thread reads this field before it uses the structure for an answer. An answer from
     * before the report is therefore from before the error.
     */
    private volatile @Nullable VirtualMachineError error;

    /** Creates a structure that is not broken. */
    public SharedStructure(Dispatch<R, W, A> dispatch) {
        this.dispatch = dispatch;
    }

    /** Returns the user's structure, whether a lane leads to it or not. */
    @SuppressWarnings("unchecked")
    public static <R, W, A extends @Nullable Object> Dispatch<R, W, A> structureOf(Dispatch<R, W, A> dispatch) {
        return dispatch instanceof Lane<R, W, A> lane ? (Dispatch<R, W, A>) lane.shared().dispatch : dispatch;
    }

    /** Reports an error to the structure, if a lane leads to it. */
    public static void reportTo(Dispatch<?, ?, ?> dispatch, VirtualMachineError cause) {
        if (dispatch instanceof Lane<?, ?, ?> lane) {
            lane.shared().report(cause);
        }
    }

    /** Reports an error: the structure is broken. Allocates nothing, since memory may be exhausted. */
    public void report(@Nullable VirtualMachineError cause) {
        if (error == null && cause != null) { // of several errors at once, any one will do
            error = cause;
        }
    }

    /** Whether the structure is broken. */
    public boolean isBroken() {
        return error != null;
    }

    /** Throws the error that broke the structure, if it is broken. For a thread that applies a log. */
    public void check() {
        VirtualMachineError error = this.error;
        if (error != null) {
            throw error;
        }
    }
}
