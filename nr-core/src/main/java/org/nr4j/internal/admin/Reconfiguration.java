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
 * Changes which replicas there are: adds, removes, replaces and compares them while they work, one such thing at a
 * time. Any thread may call the public methods, but not from inside an operation.
 */
/*
 * Where several logs share the structures, a replica is a Replica for each of them, its lanes. A change pauses the
 * operations of several logs, takes the locks of all lanes, in the order of the logs, and does to each what is done to
 * the one of a single log. Who waits for the lock of a lane holds those of lower logs only. The holder of that one
 * waits for nothing but its own log, since nobody waits for an operation of several.
 */
public final class Reconfiguration<R, W, A extends @Nullable Object> {
    private final Lanes<R, W, A> lanes;
    private final LogBarriers<R, W, A> barriers;
    private final ReplicaJoin<R, W, A> join;
    private final ReplicaRemoval<R, W, A> removal;
    private final QuarantineRescue<R, W, A> rescue;

    /** Held during a change. User code (the copier, a digest) runs under it, and must not ask for another one. */
    private final ReentrantLock change = new ReentrantLock();

    private int nextId;

    /**
     * A comparison: how many writes the replicas had applied, in all logs together, and what the function made of each,
     * by its number.
     */
    public record Comparison(long index, Map<Integer, @Nullable Object> digests) {}

    /**
     * The first replicas, of a single log.
     *
     * @param nodes for each structure the node it is on
     * @param copier makes a copy of a structure; null if there is no way
     * @param discard is given structures that are used no more
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

    /** The first replicas of several logs, by log, that share the structures. */
    @SuppressWarnings("this-escape") // the rescue keeps it and asks nothing
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

    /** Whether replicas can be added, and quarantined ones rebuilt. */
    boolean canAdd() {
        return join.isPossible();
    }

    /** Adds a replica on a node and returns its number. */
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

    /** False if it was quarantined just now. */
    private boolean tryRemove(List<Replica<R, W, A>> removed, long threadId) {
        int id = removed.get(0).id();
        if (lanes.logs.stream().noneMatch(log -> log.quarantined().contains(log.find(id)))) {
            return removal.tryRemove(removed, threadId);
        }
        removed.forEach(lane -> rescue.quarantineLanes(lane, threadId));
        removal.removeQuarantined(id);
        return true;
    }

    /** Has a new replica take the place of a quarantined one; false if that is not wanted any more, or cannot be. */
    boolean rebuild(Replica<R, W, A> replica, long threadId) {
        if (!join.isPossible()) {
            return false;
        }
        boolean rebuilt = exclusively(threadId, () -> {
            lanes.settle(); // so that all of its lanes are known to be quarantined
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

    /** What a function makes of each replica, all having applied the same writes. Readers go on, writers wait. */
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
            if (inAll) { // else it is about to be quarantined
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
     * Ends all service, then closes the structures. The first failure of one that was in order is thrown in the end.
     * Closing twice does nothing.
     */
    public void close(long threadId) {
        lanes.first().refuseInside(threadId);
        refuseNested();
        boolean first = lanes.first().beginClosing(); // of two who close at once, one is the first for all logs
        lanes.logs.forEach(ReplicaSet::beginClosing);
        barriers.pause(threadId);
        change.lock(); // where another thread closes, this waits for it
        try {
            if (first) {
                lanes.logs.forEach(log -> endService(log, threadId));
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
     * Ends the service of a log. What was published before is applied and answered; later operations are refused.
     * Followers get what they have not seen, then end.
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
            log.end(held, threadId);
        }
    }

    // ---- one thing at a time ----

    private <T> T exclusively(long threadId, Supplier<T> work) {
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

    /** Does a short work while no replica is added or removed, nor the instance closed. */
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

    /** What combiners of replicas did that are no more. */
    public CombineCounters gone() {
        return gone(0);
    }

    /** The same, of a log. */
    public CombineCounters gone(int log) {
        return removal.gone(log);
    }
}
