package org.nr4j;

import org.jspecify.annotations.Nullable;

/**
 * A write has taken effect, but nobody knows its answer any more: the replica that was to give it went out of order ({@link VirtualMachineError} in {@code dispatchMut}) after all
 * others had applied the write. Do not repeat it; read what it did.
 */
public final class AnswerLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param replica the number of the replica that went out of order
     * @param cause what it ran into
     */
    public AnswerLostException(int replica, @Nullable Throwable cause) {
        super(
                "the write was applied, its answer is lost with the replica that was to give it: replica=" + replica
                        + "; do not repeat the write, read its effect",
                cause);
    }
}
