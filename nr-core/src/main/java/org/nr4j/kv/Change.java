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

    /** Creates the change of one entry by a write. */
    static Change of(
            int log, long index, byte[] key, @Nullable Content before, @Nullable Content after, boolean expired) {
        return new Change(log, index, key, Entry.of(key, before), Entry.of(key, after), expired);
    }

    /** Returns the log of the write, from 0. For a write of several logs, returns the first of them. */
    public int log() {
        return log;
    }

    /**
     * Returns the number of the write in its log: how many writes the log had before. See
     * {@link KeyValueSnapshot#includes}.
     */
    public long index() {
        return index;
    }

    /** Returns a copy of the key, which is the caller's own. */
    public byte[] key() {
        return key.clone();
    }

    /** Returns the entry before the write; null if there was none. */
    public @Nullable Entry before() {
        return before;
    }

    /**
     * Returns the entry after the write; null if there is none. It equals the entry before if the same value was put
     * again.
     */
    public @Nullable Entry after() {
        return after;
    }

    /** Whether the entry was removed because its instant had come. */
    public boolean isExpiry() {
        return expired;
    }

    @Override
    public String toString() {
        return "Change[log=" + log + ", index=" + index + ", key=" + Limits.show(key) + ", before=" + before
                + ", after=" + after + (expired ? ", expired]" : "]");
    }
}
