package org.nr4j.kv;

import java.io.IOException;

/** Thrown when a stream is not a snapshot of a store, or is damaged. */
public final class SnapshotFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final long offset;

    SnapshotFormatException(String message, long offset) {
        super(message + ": offset=" + offset);
        this.offset = offset;
    }

    /** Returns where the damaged part starts, in bytes from the start of reading. */
    public long offset() {
        return offset;
    }
}
