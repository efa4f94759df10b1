package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.lock.StackReserve;
import org.nr4j.internal.replica.LoggedReplica;
import org.nr4j.internal.replica.LostResponses;
import org.nr4j.internal.replica.Membership;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.topology.NumaTopology;

/**
 * Adds, removes, replaces and compares replicas while they work, one change at a time. Any thread may call the public
 * methods, but not from inside an operation.
 */
/*
 * Where several logs share the structures, a replica has a Replica object for each log, its lanes. A change pauses the
 * multi-log operations. Then it takes the locks of all lanes, in the order of the logs. Then it does to each lane what
 * it does to the one Replica of an instance with a single log.
 *
 * No deadlock: a thread that waits for the lock of a lane holds only locks of lower logs. The holder of the lock it
 * waits for waits only for its own log, because no thread waits for a multi-log operation.
 */
public final class Reconfiguration<R, W, A extends @Nullable Object> {
    private final Lanes<R, W, A> lanes;
    private final LogBarriers<R, W, A> barriers;
    private final ReplicaJoin<R, W, A> join;
    private final ReplicaRemoval<R, W, A> removal;
    private final QuarantineRescue<R, W, A> rescue;

    /** Held during a change. User code runs under it (the copier, a digest), and must not start another change. */
    private final ReentrantLock change = new ReentrantLock();

    private int nextId;

    /**
     * The result of a comparison.
     *
     * @param index how many writes the replicas had applied, in all logs together
     * @param digests the function's result for each replica, by the replica's number
     */
    public record Comparison(long index, Map<Integer, @Nullable Object> digests) {}

    /**
     * Creates the first replicas of an instance with a single log.
     *
     * @param nodes the node of each structure
     * @param copier copies a structure; null if structures cannot be copied
     * @param discard receives the structures that are out of use
     */
    public Reconfiguration(
            ReplicaSet<R, W, A> group,
            NumaTopology topology,
            List<? extends Dispatch<R, W, A>> structures,
            List<Integer> nodes,
            @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier,
            Consumer<Object> discard) {
        this(List.of(group), LogBarriers.none(), topology, structures, nodes, copier, discard);
    }

    /**
     * Creates the first replicas of several logs that share the structures.
     *
     * @param logs the sets of replicas, by log
     */
    @SuppressWarnings("this-escape") // the rescue only stores the reference
    public Reconfiguration(
            List<ReplicaSet<R, W, A>> logs,
            LogBarriers<R, W, A> barriers,
            NumaTopology topology,
            List<? extends Dispatch<R, W, A>> structures,
            List<Integer> nodes,
            @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier,
            Consumer<Object> discard) {
        this.lanes = new Lanes<>(logs);
        this.barriers = barriers;
        this.join = new ReplicaJoin<>(lanes, barriers, topology, copier);
        this.removal = new ReplicaRemoval<>(lanes, discard);
        this.rescue = new QuarantineRescue<>(lanes, this);
        this.nextId = structures.size();
        begin(topology, structures, nodes);
    }

    private void begin(NumaTopology topology, List<? extends Dispatch<R, W, A>> structures, List<Integer> nodes) {
        List<List<Dispatch<R, W, A>>> dispatches = new ArrayList<>();
        for (int id = 0; id < structures.size(); id++) {
            dispatches.add(barriers.lanes(id, structures.get(id)));
        }
        boolean sole = structures.size() == 1;
        for (int log = 0; log < lanes.logs.size(); log++) {
            ReplicaSet<R, W, A> group = lanes.logs.get(log);
            List<Replica<R, W, A>> replicas = new ArrayList<>();
            for (int id = 0; id < dispatches.size(); id++) {
                replicas.add(first(id, nodes.get(id), group, dispatches.get(id).get(log), sole));
            }
            group.begin(new Membership<>(topology, replicas, List.of()), rescue);
        }
    }

    private static <R, W, A extends @Nullable Object> Replica<R, W, A> first(
            int id, int node, ReplicaSet<R, W, A> log, Dispatch<R, W, A> structure, boolean sole) {
        CombineCounters counters = new CombineCounters();
        return sole
                ? new SoleReplica<>(id, node, log, structure, counters, /* writes= */ 0)
                : new LoggedReplica<>(id, node, log, structure, counters, /* logIndex= */ 0, /* writes= */ 0);
    }

    // ---- which replicas there are ----

    /** Whether replicas can be added and quarantined replicas rebuilt. */
    boolean canAdd() {
        return join.isPossible();
    }

    /** Adds a replica on a node. Returns the new replica's number. */
    public int add(int node, long threadId) {
        join.requirePossible(node);
        return exclusively(threadId, () -> {
            int id = nextId;
            join.join(id, node, threadId);
            nextId = id + 1;
            join.report(id, node);
            return id;
        });
    }

    /** Removes the replica with that number. */
    public void remove(int id, long threadId) {
        exclusively(threadId, () -> {
            List<Replica<R, W, A>> removed;
            do {
                lanes.settle();
                lanes.checkUsable();
                removed = lanes.find(id);
            } while (!tryRemove(removed, threadId));
            removal.discard(removed);
            removal.workAloneIfPossible(threadId);
            return id;
        });
    }

    /** Removes a replica. Returns false if the replica was quarantined meanwhile. */
    private boolean tryRemove(List<Replica<R, W, A>> removed, long threadId) {
        int id = removed.get(0).id();
        if (lanes.logs.stream().noneMatch(log -> log.quarantined().contains(log.find(id)))) {
            return removal.tryRemove(removed, threadId);
        }
        removed.forEach(lane -> rescue.quarantineLanes(lane, threadId));
        removal.removeQuarantined(id);
        return true;
    }

    /**
     * Replaces a quarantined replica by a new one. Returns false if structures cannot be copied, if the instance is
     * closing, or if the replica was removed or replaced meanwhile.
     */
    boolean rebuild(Replica<R, W, A> replica, long threadId) {
        if (!join.isPossible()) {
            return false;
        }
        boolean rebuilt = exclusively(threadId, () -> {
            lanes.settle(); // so that all its lanes are listed as quarantined
            boolean wanted =
                    !lanes.first().isClosing() && lanes.first().quarantined().contains(replica);
            if (wanted) {
                List<Replica<R, W, A>> old = lanes.find(replica.id());
                join.join(replica.id(), replica.node(), threadId);
                removal.discard(old);
            }
            return wanted;
        });
        if (rebuilt) {
            join.report(replica.id(), replica.node());
        }
        return rebuilt;
    }

    // ---- all replicas at once ----

    /** Applies a function to each replica when all have applied the same writes. Readers go on, writers wait. */
    public Comparison compare(Function<? super Dispatch<R, W, A>, ? extends @Nullable Object> digest, long threadId) {
        return exclusively(threadId, () -> {
            lanes.checkUsable();
            List<List<Replica<R, W, A>>> held = new ArrayList<>();
            try {
                for (ReplicaSet<R, W, A> log : lanes.logs) {
                    held.add(ExclusiveAccess.holdAll(log, threadId));
                }
                return compare(digest, held);
            } finally {
                for (int log = held.size() - 1; log >= 0; log--) {
                    ExclusiveAccess.release(held.get(log), threadId);
                }
            }
        });
    }

    private Comparison compare(
            Function<? super Dispatch<R, W, A>, ? extends @Nullable Object> digest, List<List<Replica<R, W, A>>> held) {
        Map<Integer, @Nullable Object> digests = new LinkedHashMap<>();
        for (Replica<R, W, A> replica : held.get(0)) {
            boolean inAll = held.stream().allMatch(each -> each.stream().anyMatch(lane -> lane.id() == replica.id()));
            if (inAll) { // otherwise it is about to be quarantined
                digests.put(replica.id(), digest.apply(SharedStructure.structureOf(replica.dispatch())));
            }
        }
        long index = held.stream()
                .filter(each -> !each.isEmpty())
                .mapToLong(each -> each.get(0).writesApplied())
                .sum();
        return new Comparison(index, digests);
    }

    /**
     * Ends all service, then closes the structures. After closing all, throws the first failure of closing the
     * structure of a replica in service. Closing twice does nothing.
     */
    public void close(long threadId) {
        StackReserve.require(); // before closing begins: a second close would do nothing
        lanes.first().refuseInside(threadId);
        refuseNested();
        // Decides for all logs which of two concurrent closes is first.
        boolean first = lanes.first().lifecycle().beginClosing();
        for (ReplicaSet<R, W, A> log : lanes.logs) { // no lambda, here and below: see StackReserve
            log.lifecycle().beginClosing();
        }
        barriers.pause(threadId);
        change.lock(); // if another thread is closing, this waits for it
        try {
            if (first) {
                for (ReplicaSet<R, W, A> log : lanes.logs) {
                    endService(log, threadId);
                }
            }
        } finally {
            change.unlock();
            barriers.resume();
        }
        if (first) {
            Membership<R, W, A> members = lanes.first().members();
            members.quarantined.forEach(removal::discard);
            Closing.closeAll(members.replicas.stream()
                    .map(replica -> SharedStructure.structureOf(replica.dispatch()))
                    .toList());
        }
    }

    /**
     * Ends the service of a log. Writes published before are applied and answered; later operations are refused.
     * Followers receive the writes that they have not seen, then end.
     */
    private void endService(ReplicaSet<R, W, A> log, long threadId) {
        List<Replica<R, W, A>> held = List.of();
        try {
            held = ExclusiveAccess.holdAll(log, threadId);
            held.removeIf(replica -> !replica.holder().tryDrain(threadId));
            ExclusiveAccess.bringUpToDate(log, held, threadId);
            lanes.settle();
            log.quarantined().forEach(LostResponses::fail);
        } finally {
            log.lifecycle().end(held, threadId);
        }
    }

    // ---- one thing at a time ----

    private <T> T exclusively(long threadId, Supplier<T> work) {
        StackReserve.require();
        lanes.checkUsable();
        lanes.first().refuseInside(threadId);
        lanes.logs.forEach(log -> log.followers().refuseConsumer(threadId));
        refuseNested();
        barriers.pause(threadId);
        change.lock();
        try {
            ReentrancyGuard.Mark mark = lanes.first().guard().enter(threadId);
            try {
                return work.get();
            } finally {
                mark.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        } finally {
            change.unlock();
            barriers.resume();
        }
    }

    /** Runs short work while no replica is added or removed and the instance is not closed. */
    void whileNothingChanges(Runnable work) {
        change.lock();
        try {
            work.run();
        } finally {
            change.unlock();
        }
    }

    private void refuseNested() {
        if (change.isHeldByCurrentThread()) {
            throw ReentrancyGuard.reentrant();
        }
    }

    // ---- statistics ----

    /** What the combiners of removed and replaced replicas did, in the first log. */
    public CombineCounters gone() {
        return gone(0);
    }

    /** What the combiners of removed and replaced replicas did in one log. */
    public CombineCounters gone(int log) {
        return removal.gone(log);
    }
}
