package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;

/**
 * Writes the operations of a sole replica into the log, for followers. Only the holder of the replica's lock may call
 * the methods.
 *
 * <p>A thread's own operation goes into an open entry, which fills up. That costs two stores. A batch gets an entry of
 * its own, so that it stays in one piece.
 */
/*
 * An error may end any method at any call. An operation is in the journal once its entry's size is published, which is
 * the last step of add that can fail. An entry is stored in `open` before it is appended. So an error between the two
 * leaves no entry in the log that is never sealed. `appended` says whether the open entry is in the log.
 */
public final class Journal {
    private static final int CHUNK = 64;

    private final OperationLog log;
    private final LogReclaimer reclaimer;

    private @Nullable LogEntry open;

    /** Whether the open entry is in the log. */
    private boolean appended;

    /**
     * The operations of the open entry. Kept here, since the log may drop them from the entry when there are no
     * followers.
     */
    private Object[] ops = new Object[0];

    private int fill;

    /** How far the open entry may be filled at present: to its end, or as far as the followers allow. */
    private int limit;

    /** Creates a journal that continues at the end of the log. */
    public Journal(ReplicaSet<?, ?, ?> group) {
        this.log = group.log();
        this.reclaimer = group.reclaimer();
    }

    /** Whether the open entry has room for an operation, as found by the last {@link #hasRoom}. */
    boolean isReady() {
        return fill < limit;
    }

    /** Whether there is room for an operation, in the log and as far as the followers allow. */
    public boolean hasRoom() {
        if (isReady()) {
            return true;
        }
        if (fill == CHUNK) {
            seal();
        }
        long room = reclaimer.room();
        if (room <= 0 || (open == null && !log.hasRoom())) {
            return false;
        }
        limit = fill + (int) Math.min(CHUNK - fill, room);
        return true;
    }

    /** Adds an operation. There must be room. */
    public void add(Object op) {
        LogEntry entry = open;
        if (entry == null || !appended) {
            entry = appendOpen(entry);
        }
        ops[fill] = op;
        entry.publish(fill + 1); // release: pairs with LogEntry.size in LogCursor
        fill++;
    }

    private LogEntry appendOpen(@Nullable LogEntry begun) {
        LogEntry entry = begun;
        if (entry == null) {
            Object[] fresh = new Object[CHUNK];
            entry = LogEntry.open(fresh);
            ops = fresh;
            open = entry;
        }
        if (!log.contains(entry)) { // it can be in the log after an error
            log.tryAppend(entry);
        }
        appended = true;
        reclaimer.reclaimNowAndThen(entry.index, entry.index + 1);
        return entry;
    }

    /** Seals the open entry, and returns whether there is room for a batch. */
    public boolean hasRoomForBatch() {
        seal();
        return reclaimer.followersAllowWrite() && log.hasRoom();
    }

    /** Adds a batch. There must be room. */
    public void append(LogEntry batch) {
        log.tryAppend(batch);
    }

    /** Seals the open entry, so that the next operation begins another. */
    public void seal() {
        LogEntry entry = open;
        if (entry != null) {
            entry.seal(fill);
        }
        open = null;
        appended = false;
        fill = 0;
        limit = 0;
    }
}
