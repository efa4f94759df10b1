package org.nr4j.internal.replica;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.combine.Combiner;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.follow.Followers;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.log.LogEntry;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.stats.Events;
import org.nr4j.internal.stats.WaitCounters;

/**
 * Makes room in the log. It frees the entries that all replicas and followers have read. When the log is full, it makes
 * them read (ASPLOS 2017, §5.6). Any thread may call the methods.
 */
public final class LogReclaimer {
    private final ReplicaSet<?, ?, ?> replicas;
    private final OperationLog log;
    private final Followers followers;
    private final WaitCounters waits;
    private final LongAdder helps = new LongAdder();
    private final int reclaimShift;

    LogReclaimer(ReplicaSet<?, ?, ?> replicas, OperationLog log, Followers followers, WaitCounters waits) {
        this.replicas = replicas;
        this.log = log;
        this.followers = followers;
        this.waits = waits;
        this.reclaimShift = Integer.numberOfTrailingZeros(Math.max(1, log.capacity() / CombinerPolicy.RECLAIMS_A_LAP));
    }

    // ---- reclaiming ----

    /** Frees the entries that all replicas and followers have read. */
    public void reclaim() {
        log.advanceHead(minPosition());
    }

    /**
     * Reclaims a few times in each lap of the log, for a replica that has advanced from {@code before} to
     * {@code after}. Keeps the last part of a lap for a follower that was away and comes back.
     */
    void reclaimNowAndThen(long before, long after) {
        if (before >>> reclaimShift != after >>> reclaimShift) {
            log.advanceHead(minPosition() - log.capacity() / CombinerPolicy.KEPT_PART_OF_LOG);
        }
    }

    /**
     * Returns the smallest log index of a replica or follower. All of them have read every entry below it. Acquire:
     * each has set its index after it read the entries below.
     *
     * <p>A replica or follower joins at the index of another replica while the joining thread holds that replica's
     * lock. So this index cannot pass it. The thread announces the newcomer before it leaves the lock. If this method
     * finds that the other replica has moved on, it therefore sees the newcomer when it looks at the lists once more.
     */
    private long minPosition() {
        for (; ; ) {
            Membership<?, ?, ?> members = replicas.members();
            Followers.Current current = followers.current();
            long min = log.tail();
            for (Replica<?, ?, ?> replica : members.replicas) {
                if (!replica.isSole() && !replica.isQuarantined()) {
                    min = Math.min(min, replica.localTail());
                }
            }
            min = Followers.minPosition(current, min);
            if (members == replicas.members() && current == followers.current()) {
                return min;
            }
        }
    }

    // ---- a full log ----

    /** Returns how many writes the followers allow. The result is zero or negative if a follower is too far behind. */
    long room() {
        return followers.room(log);
    }

    /** Whether the followers allow another write. */
    boolean followersAllowWrite() {
        return room() > 0;
    }

    /** Publishes an entry, and waits for room. For a thread that is inside no replica. */
    public void append(LogEntry entry, long threadId) {
        if (log.tryAppend(entry)) {
            return;
        }
        countStall();
        try (Backoff backoff = replicas.newBackoff()) {
            do {
                makeRoom(/* own= */ null, threadId, backoff);
            } while (!log.tryAppend(entry));
        }
    }

    /** Waits until the followers allow another write. For a thread that is inside no replica and is about to append. */
    public void awaitFollowers(long threadId) {
        if (followersAllowWrite()) {
            return;
        }
        countStall();
        try (Backoff backoff = replicas.newBackoff()) {
            do {
                makeRoom(/* own= */ null, threadId, backoff);
                replicas.checkUsable();
            } while (!followersAllowWrite());
        }
    }

    /**
     * Waits for room, for a combiner that finds the log full or a follower too far behind. Brings its own replica up to
     * date, then the others, until there is room. Readers of its replica go on meanwhile.
     *
     * @return false if this thread runs the consumer of such a follower, and so would wait for itself
     */
    boolean awaitRoom(Replica<?, ?, ?> own, BooleanSupplier hasRoom, long threadId) {
        Combiner<?, ?> combiner = own.combiner();
        Events.LogFull event = Events.begun(new Events.LogFull());
        countStall();
        try (Backoff backoff = own.lock.newBackoff()) {
            do {
                combiner.applyLog(threadId);
                combiner.letReadersIn(threadId);
                if (followers.isAwaitedConsumer(threadId)) {
                    return false;
                }
                makeRoom(own, threadId, backoff);
            } while (!hasRoom.getAsBoolean());
        }
        if (event != null && event.shouldCommit()) {
            event.replica = own.id();
            event.commit();
        }
        return true;
    }

    /**
     * Makes room in one step, for a thread that finds the log full or a follower too far behind. Helps the replicas
     * that lag, takes entries for the followers, and reclaims. If there is still no room, waits a step for other
     * threads that make room.
     *
     * <p>A combiner that calls this holds its own lock and is up to date. It helps other replicas only as far as its
     * own replica has come, which is as far as it needs. If it helped further, it could come to a multi-log operation
     * that its own replica has yet to reach, and wait there for itself.
     *
     * @param own the combiner's replica; null for a thread that holds no lock
     */
    private void makeRoom(@Nullable Replica<?, ?, ?> own, long threadId, Backoff backoff) {
        long bound = own == null ? log.tail() : own.localTail();
        for (Replica<?, ?, ?> replica : replicas.members().replicas) {
            if (replica == own || replica.isRetired()) {
                continue;
            }
            if (replica.isInside(threadId)) {
                if (!replicas.isClosing()) {
                    throw ReentrancyGuard.reentrant();
                }
                replica.holder().tryReplay(bound, threadId);
            } else if (replica.tryHelp(bound, threadId)) {
                helps.increment();
            }
        }
        followers.makeRoom();
        reclaim();
        if (!log.hasRoom() || !followersAllowWrite()) {
            backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
        }
    }

    /** Counts a wait for room, by its cause. */
    private void countStall() {
        if (log.hasRoom()) {
            waits.followerWasBehind();
        } else {
            waits.logWasFull();
        }
    }

    /** Returns how often a thread that needed room applied the log for another replica. */
    public long helps() {
        return helps.sum();
    }
}
