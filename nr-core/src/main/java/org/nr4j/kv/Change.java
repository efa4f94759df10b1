package org.nr4j.kv;

import org.jspecify.annotations.Nullable;
import org.nr4j.kv.internal.file.Limits;
import org.nr4j.kv.internal.replica.ChangeRecorder.Content;

/** What a write did to one entry. Immutable. */
public final class Change {
    private final int log;
    private final long index;
    private final byte[] key;
    private final @Nullable Entry before;
    private final @Nullable Entry after;
    private final boolean expired;

    Change(int log, long index, byte[] key, @Nullable Entry before, @Nullable Entry after, boolean expired) {
        this.log = log;
        this.index = index;
        this.key = key;
        this.before = before;
        this.after = after;
        this.expired = expired;
    }

    /** The change of one entry by a write. */
    static Change of(
            int log, long index, byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        return new Change(log, index, key, Entry.of(key, before), Entry.of(key, after), expired);
    }

    /** The log of the write that did it, from 0; the first one of a write that belongs to several. */
    public int log() {
        return log;
    }

    /** The number of that write in this log: how many writes the log had before. See {@link KeyValueSnapshot#includes}. */
    public long index() {
        return index;
    }

    /** The key; a copy that is the caller's own. */
    public byte[] key() {
        return key.clone();
    }

    /** The entry until then; null if there was none. */
    public @Nullable Entry before() {
        return before;
    }

    /** The entry from then on; null if there is none any more. Equal to the one before if its value was put again. */
    public @Nullable Entry after() {
        return after;
    }

    /** Whether the entry went because its instant had come. */
    public boolean isExpiry() {
        return expired;
    }

    @Override
    public String toString() {
        return "Change[log=" + log + ", index=" + index + ", key=" + Limits.show(key) + ", before=" + before
                + ", after=" + after + (expired ? ", expired]" : "]");
    }
}
