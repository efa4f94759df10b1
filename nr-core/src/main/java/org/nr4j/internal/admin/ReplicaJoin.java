package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.combine.CombinerPolicy;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.log.OperationLog;
import org.nr4j.internal.replica.LoggedReplica;
import org.nr4j.internal.replica.Membership;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;
import org.nr4j.topology.NumaTopology;

/**
 * Lets a replica join. It starts with a copy of another replica, made while that replica's lock is held, at the log
 * index that replica has reached.
 *
 * <p>The new replica is announced before the lock is left, so reclaiming cannot pass its index. From then on it catches
 * up like any replica that lags.
 *
 * <p>One thread at a time may call the methods: see {@link Reconfiguration}.
 */
final class ReplicaJoin<R, W, A extends @Nullable Object> {
    private final Lanes<R, W, A> lanes;
    private final LogBarriers<R, W, A> barriers;
    private final NumaTopology topology;
    private final @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier;

    ReplicaJoin(
            Lanes<R, W, A> lanes,
            LogBarriers<R, W, A> barriers,
            NumaTopology topology,
            @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier) {
        this.lanes = lanes;
        this.barriers = barriers;
        this.topology = topology;
        this.copier = copier;
    }

    /** Whether there is a way to copy a structure. */
    boolean isPossible() {
        return copier != null;
    }

    /** Throws if structures cannot be copied, or if there is no such node. */
    void requirePossible(int node) {
        if (copier == null) {
            throw new IllegalStateException("adding a replica needs a way to copy the structure: copier=null;"
                    + " give one to the builder, copier(MyStructure::copy)");
        }
        if (node < 0 || node >= topology.nodeCount()) {
            throw new IllegalArgumentException("node must be one of the topology's: node=" + node + " nodes="
                    + topology.nodeCount() + "; see NumaTopology.nodes()");
        }
    }

    /** Lets a replica with that number join on that node. */
    void join(int id, int node, long threadId) {
        // This runs on the node, so that the copy's memory is allocated there.
        topology.runOn(node, () -> {
            List<Replica<R, W, A>> source;
            try (Backoff backoff = lanes.first().newBackoff()) {
                while ((source = source(node, threadId)) == null || !copyAndJoin(source, id, node, threadId)) {
                    backoff.pauseOrSleep(this, CombinerPolicy.SLEEP_NANOS);
                }
            }
            return id;
        });
    }

    /** Emits the event that the replica has joined. */
    void report(int id, int node) {
        Events.ReplicaAdded event = new Events.ReplicaAdded();
        if (event.shouldCommit()) {
            event.replica = id;
            event.node = node;
            event.index = lanes.first().index();
            event.commit();
        }
    }

    /**
     * Returns the lanes of a replica to copy, preferably one on the node. Returns null if one of its lanes was
     * quarantined meanwhile.
     */
    private @Nullable List<Replica<R, W, A>> source(int node, long threadId) {
        lanes.settle();
        lanes.checkUsable();
        Replica<R, W, A> source = lanes.first().all().stream()
                .filter(replica -> replica.node() == node)
                .findFirst()
                .orElseGet(() -> lanes.first().replicaOf(threadId));
        return lanes.serving(source.id());
    }

    private boolean copyAndJoin(List<Replica<R, W, A>> source, int id, int node, long threadId) {
        return lanes.workAsHolder(
                source,
                () -> {
                    List<Dispatch<R, W, A>> copies = barriers.lanes(id, copy(source.get(0)));
                    if (source.get(0).isSole()) {
                        joinSole(source, id, node, copies, threadId);
                    } else {
                        joinSeveral(source, id, node, copies);
                    }
                },
                threadId);
    }

    /** Adds a replica where there are several already. */
    private void joinSeveral(List<Replica<R, W, A>> source, int id, int node, List<Dispatch<R, W, A>> copies) {
        List<Replica<R, W, A>> added = new ArrayList<>();
        for (int log = 0; log < copies.size(); log++) {
            Replica<R, W, A> lane = source.get(log);
            added.add(replica(log, id, node, copies.get(log), lane.localTail(), lane.writesApplied()));
        }
        for (Replica<R, W, A> lane : added) {
            lane.group().change(members -> members.replaced(null, lane));
        }
    }

    /**
     * Adds a second replica beside a sole one. The caller holds the sole replica's locks. From then on both replicas
     * work with the logs.
     *
     * <p>For that the sole replica's structure needs another {@link Replica} object. The old object is retired first,
     * so that no thread is inside it, and then replaced. All memory is allocated before that, because every thread
     * waits between the two steps.
     */
    private void joinSole(
            List<Replica<R, W, A>> sole, int id, int node, List<Dispatch<R, W, A>> copies, long threadId) {
        List<Membership<R, W, A>> both = new ArrayList<>();
        for (int i = 0; i < sole.size(); i++) {
            Replica<R, W, A> alone = sole.get(i);
            ReplicaSet<R, W, A> group = alone.group();
            OperationLog log = group.log();
            group.reclaimer().reclaim();
            log.continueAt(alone.writesApplied());
            Replica<R, W, A> added = replica(i, id, node, copies.get(i), log.tail(), alone.writesApplied());
            both.add(group.members().replaced(alone, logged(alone, log.tail())).replaced(null, added));
        }
        replace(sole, both, threadId);
    }

    private Replica<R, W, A> replica(
            int log, int id, int node, Dispatch<R, W, A> structure, long logIndex, long writes) {
        return new LoggedReplica<>(id, node, lanes.logs.get(log), structure, new CombineCounters(), logIndex, writes);
    }

    /** Creates a replica that takes over the structure of a sole one and works with the log. */
    private Replica<R, W, A> logged(Replica<R, W, A> sole, long logIndex) {
        return new LoggedReplica<>(
                sole.id(), sole.node(), sole.group(), sole.dispatch(), sole.counters(), logIndex, sole.writesApplied());
    }

    /**
     * Retires these lanes and sets the next memberships. The lanes serve and the caller holds their locks, so no other
     * thread changes the memberships.
     */
    static <R, W, A extends @Nullable Object> void replace(
            List<Replica<R, W, A>> retiring, List<Membership<R, W, A>> next, long threadId) {
        for (Replica<R, W, A> lane : retiring) { // no lambda: see StackReserve
            lane.holder().retire(threadId);
        }
        for (int i = 0; i < next.size(); i++) {
            retiring.get(i).group().set(next.get(i));
        }
    }

    private Dispatch<R, W, A> copy(Replica<R, W, A> source) {
        Dispatch<R, W, A> copy;
        try {
            copy = copier == null ? null : copier.apply(SharedStructure.structureOf(source.dispatch()));
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "the copier must return a copy of the structure: replica=" + source.id() + " threw=" + e
                            + "; nothing was changed, correct the copier and add the replica again",
                    e);
        }
        if (copy == null || isInUse(copy)) {
            throw new IllegalStateException("the copier must return a new structure each time: replica=" + source.id()
                    + " returned=" + (copy == null ? "null" : "the structure of a replica")
                    + "; nothing was changed, return a copy with the same contents");
        }
        return copy;
    }

    private boolean isInUse(Dispatch<R, W, A> structure) {
        ReplicaSet<R, W, A> group = lanes.first();
        return Stream.concat(group.all().stream(), group.quarantined().stream())
                .anyMatch(replica -> SharedStructure.structureOf(replica.dispatch()) == structure);
    }
}
