package org.nr4j.kv.internal.disk;

import java.io.IOException;

/** Thrown by a write for which the disk has no space, or the user no quota. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1;

    public DiskFullException(String file, IOException cause) {
        super("a disk must have space for a log: file=" + file + "; make room and try again", cause);
    }
}
