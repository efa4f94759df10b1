package org.nr4j.internal.replica;

import org.jspecify.annotations.Nullable;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;

/**
 * Writes the operations of a single replica into the log, for followers. One thread at a time, the holder of the replica's lock.
 *
 * <p>A single replica works without the log, since nobody but itself would read it. While there are followers it journals: a thread's own operation goes into an entry that is open and fills
 * up, for the price of two stores; a batch gets an entry of its own, so that it stays in one piece.
 */
public final class Journal {
    private static final int CHUNK = 64;

    private final ReplicaSet<?, ?, ?> group;
    private final OperationLog log;
    private final Followers followers;
    private final Replica<?, ?, ?> origin;

    private @Nullable LogEntry open;
    /** The operations of the open entry; kept here because they may be let go of there, when nobody follows. */
    private Object[] ops = new Object[0];

    private int fill;
    /** How far the open entry may be filled now: to its end, or as far as the followers allow. */
    private int limit;

    /** A journal that goes on where the log is. */
    public Journal(ReplicaSet<?, ?, ?> group, Replica<?, ?, ?> origin) {
        this.group = group;
        this.log = group.log();
        this.followers = group.followers();
        this.origin = origin;
    }

    /** Whether there is room for an operation in the open entry, as was found out before; if so, {@link #add} allocates nothing. */
    boolean isReady() {
        return fill < limit;
    }

    /** Whether there is room for an operation: in the log, and as far as the followers are concerned. */
    public boolean hasRoom() {
        if (isReady()) {
            return true;
        }
        long room = followers.room(log);
        if (room <= 0 || (open == null && !log.hasRoom())) {
            return false;
        }
        limit = fill + (int) Math.min(CHUNK - fill, room);
        return true;
    }

    /** Adds an operation, when there is room. */
    public void add(Object op) {
        LogEntry entry = open;
        if (entry == null) {
            entry = begin();
        }
        ops[fill++] = op;
        entry.publish(fill); // release: pairs with LogEntry.size in LogCursor
        if (fill == CHUNK) {
            seal();
        }
    }

    private LogEntry begin() {
        Object[] fresh = new Object[CHUNK];
        LogEntry entry = LogEntry.open(origin, fresh);
        log.tryAppend(entry);
        group.reclaimNowAndThen(entry.index, entry.index + 1);
        open = entry;
        ops = fresh;
        return entry;
    }

    /** Whether there is room for a batch; no operation can be added to what is open then. */
    public boolean hasRoomForBatch() {
        seal();
        return followers.room(log) > 0 && log.hasRoom();
    }

    /** Adds a batch, when there is room. */
    public void append(LogEntry batch) {
        log.tryAppend(batch);
    }

    /** Ends the open entry, so that the next operation begins another. */
    void seal() {
        LogEntry entry = open;
        if (entry != null) {
            entry.seal(fill);
        }
        open = null;
        fill = 0;
        limit = 0;
    }
}
