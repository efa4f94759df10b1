package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;

/**
 * Writes the operations of a sole replica into the log, for followers. One thread at a time, the holder of the
 * replica's lock.
 *
 * <p>A thread's own operation goes into an entry that is open and fills up, for the price of two stores. A batch gets
 * an entry of its own, so that it stays in one piece.
 */
/*
 * An error may end any method at any call. An operation is in the journal once its entry's size is published, which is
 * the last thing that add does. An entry is `open` before it is appended, so that an error in between leaves nothing in
 * the log that would never be sealed; `appended` says whether it is there.
 */
public final class Journal {
    private static final int CHUNK = 64;

    private final OperationLog log;
    private final LogReclaimer reclaimer;

    private @Nullable LogEntry open;

    /** Whether the open entry is in the log. */
    private boolean appended;

    /** The operations of the open entry; kept here because they may be let go of there, when nobody follows. */
    private Object[] ops = new Object[0];

    private int fill;

    /** How far the open entry may be filled now: to its end, or as far as the followers allow. */
    private int limit;

    /** A journal that goes on where the log is. */
    public Journal(ReplicaSet<?, ?, ?> group) {
        this.log = group.log();
        this.reclaimer = group.reclaimer();
    }

    /** Whether there is room for an operation in the open entry, as was found out before. */
    boolean isReady() {
        return fill < limit;
    }

    /** Whether there is room for an operation: in the log, and as far as the followers are concerned. */
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

    /** Adds an operation, when there is room. */
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
        if (!log.contains(entry)) { // true after an error
            log.tryAppend(entry);
        }
        appended = true;
        reclaimer.reclaimNowAndThen(entry.index, entry.index + 1);
        return entry;
    }

    /** Whether there is room for a batch; no operation can be added to what is open then. */
    public boolean hasRoomForBatch() {
        seal();
        return reclaimer.followersAllowWrite() && log.hasRoom();
    }

    /** Adds a batch, when there is room. */
    public void append(LogEntry batch) {
        log.tryAppend(batch);
    }

    /** Ends the open entry, so that the next operation begins another. */
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
