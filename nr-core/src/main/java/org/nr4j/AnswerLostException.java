package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a write that took effect and whose answer is lost. A {@link VirtualMachineError} in {@code dispatchMut}
 * stopped the replica of the caller, after all other replicas had applied the write.
 *
 * <p>The caller must not repeat the write. It can read the effect.
 */
public final class AnswerLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception.
     *
     * @param replica the number of the replica that was to answer
     * @param cause the error that stopped the replica
     */
    public AnswerLostException(int replica, @Nullable Throwable cause) {
        super(
                "a write was applied, and its answer was lost with the replica that was to answer: replica=" + replica
                        + "; do not repeat the write, read its effect",
                cause);
    }
}
