package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;

/**
 * The structure of one replica, where several logs share it, and whether it is still good. An error of the virtual
 * machine leaves it in a state that nobody knows, whatever the log it came in. Then no log goes on with it: what stands
 * between a log and the structure finds the error here, and its replica is quarantined too.
 *
 * <p>Any thread may call the methods.
 */
public final class SharedStructure<R, W, A extends @Nullable Object> {
    /** What stands between a log and a structure that it shares with others. */
    public interface Lane<R, W, A extends @Nullable Object> extends Dispatch<R, W, A> {
        /** The structure. */
        SharedStructure<R, ?, A> shared();
    }

    /** The user's structure. */
    public final Dispatch<R, W, A> dispatch;

    /**
     * The first error. Volatile: who answers looks here first, and an answer from before the report is one from before
     * the error.
     */
    private volatile @Nullable VirtualMachineError error;

    /** A good one. */
    public SharedStructure(Dispatch<R, W, A> dispatch) {
        this.dispatch = dispatch;
    }

    /** The user's structure, whether a lane leads to it or not. */
    @SuppressWarnings("unchecked")
    public static <R, W, A extends @Nullable Object> Dispatch<R, W, A> structureOf(Dispatch<R, W, A> dispatch) {
        return dispatch instanceof Lane<R, W, A> lane ? (Dispatch<R, W, A>) lane.shared().dispatch : dispatch;
    }

    /** Tells a structure that it is broken, where a lane leads to it. */
    public static void reportTo(Dispatch<?, ?, ?> dispatch, VirtualMachineError cause) {
        if (dispatch instanceof Lane<?, ?, ?> lane) {
            lane.shared().report(cause);
        }
    }

    /** It is broken. Allocates nothing, since memory may be what was short. */
    public void report(@Nullable VirtualMachineError cause) {
        if (error == null && cause != null) { // one of several at once is as good as the other
            error = cause;
        }
    }

    /** Whether it is. */
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
