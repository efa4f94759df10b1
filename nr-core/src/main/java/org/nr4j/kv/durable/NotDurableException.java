package org.nr4j.kv.durable;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a write of a durable store that is not on the disk, or by the end of a store whose last writes are not.
 *
 * <p>{@link #isApplied} tells what became of the write. If it was applied, the store has it in memory, and other
 * threads may have read it. It may be lost or not when the store is opened again.
 *
 * <p>{@link #isForGood} tells whether later writes can succeed. After a failed write or sync of the disk, none does,
 * since nobody knows what the disk has. Reads go on. Close the store, mend the disk, and open the store again. If the
 * disk is full, writes succeed once there is room.
 */
public final class NotDurableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean applied;
    private final boolean forGood;

    /**
     * Creates an exception.
     *
     * @param cause the failure of the disk; null if the disk is full
     */
    public NotDurableException(String message, boolean applied, boolean forGood, @Nullable Throwable cause) {
        super(message, cause);
        this.applied = applied;
        this.forGood = forGood;
    }

    /** Whether the write was applied in memory. */
    public boolean isApplied() {
        return applied;
    }

    /** Whether the store takes no more writes until it is opened again. */
    public boolean isForGood() {
        return forGood;
    }
}
