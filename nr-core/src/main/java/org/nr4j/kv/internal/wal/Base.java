package org.nr4j.kv.internal.wal;

import org.nr4j.kv.internal.segment.FileNames;
import org.nr4j.kv.internal.segment.LogPosition;

/**
 * A snapshot that replaces the start of the log.
 *
 * @param number the number of the file, from 1
 * @param bytes the length of the file
 * @param position the snapshot has all records before it, and may have later ones
 */
public record Base(long number, long bytes, LogPosition position) {
    /** Returns the name of the file, without its directory. */
    public String name() {
        return FileNames.base(number);
    }
}
