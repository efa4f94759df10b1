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
 * Room in the log: lets go of what everybody has read, and where the log is full, sees to it that they read (ASPLOS
 * 2017, §5.6). Any thread may call the methods.
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

    /** Lets go of what everybody has read. */
    public void reclaim() {
        log.advanceHead(minPosition());
    }

    /**
     * Reclaims some times a lap, by the place of one who has gone on. Keeps the last part of a lap: a follower that was
     * away may come back for that.
     */
    void reclaimNowAndThen(long before, long after) {
        if (before >>> reclaimShift != after >>> reclaimShift) {
            log.advanceHead(minPosition() - log.capacity() / CombinerPolicy.KEPT_PART_OF_LOG);
        }
    }

    /**
     * The smallest place in the log of a replica or follower: below it, everybody has read it. Acquire: what they read,
     * they read before.
     *
     * <p>Who joins takes the place of a replica whose lock it holds, so that this cannot get past it, and is announced
     * before it leaves that lock. If that place was found to have moved on, the announcement is seen when the announced
     * are looked at once more.
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

    /** How many writes the followers allow; none or less if one is too far behind. */
    long room() {
        return followers.room(log);
    }

    /** Whether the followers allow another write. */
    boolean followersAllowWrite() {
        return room() > 0;
    }

    /** Publishes an entry, for a thread that is inside no replica; waits for room. */
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

    /** For a thread that is inside no replica and is about to append: waits until the followers allow another write. */
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
     * For a combiner that finds the log full, or a follower far behind: brings its replica up to date, then the others,
     * until there is room. Readers of its replica go on meanwhile.
     *
     * @return false if this thread runs the consumer of such a follower, and would wait for itself
     */
    boolean awaitRoom(Replica<?, ?, ?> own, BooleanSupplier hasRoom, long threadId) {
        Combiner<?, ?> combiner = own.combiner();
        Events.LogFull event = Events.LogFull.beginIfEnabled();
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
     * For a combiner that holds its own lock, is up to date, and finds the log full or a follower too far behind.
     * Reclaims, helps the replicas that lag, makes the followers take what there is, or waits a step for those at work.
     *
     * <p>It helps others as far as it has come itself, which is as far as it needs. Were it to help further, it might
     * meet there what its own replica has yet to do, and wait for itself where operations of several logs meet.
     *
     * @param own null for a thread that holds no lock
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

    /** Counts a combiner that has to wait for room, by what it waits for. */
    private void countStall() {
        if (log.hasRoom()) {
            waits.followerWasBehind();
        } else {
            waits.logWasFull();
        }
    }

    /** How often a combiner applied the log for another replica. */
    public long helps() {
        return helps.sum();
    }
}
