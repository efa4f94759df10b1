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
 * How a replica joins: with a copy of another one, which is made while the other one's lock is held, at the place in
 * the log that it has reached. It is announced before the lock is left, so that reclaiming does not pass the place.
 * From then on it catches up like any that lags.
 *
 * <p>For one thread at a time: see {@link Reconfiguration}.
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

    /** Throws if it is not, or there is no such node. */
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

    /** Makes a replica with that number join, on that node. */
    void join(int id, int node, long threadId) {
        // On the node, so that the copy's memory comes from there.
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

    /** Says that it has joined. */
    void report(int id, int node) {
        Events.ReplicaAdded event = new Events.ReplicaAdded();
        if (event.shouldCommit()) {
            event.replica = id;
            event.node = node;
            event.index = lanes.first().index();
            event.commit();
        }
    }

    /** The lanes of a replica that serves; null if one has just been quarantined. */
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

    /** One more, beside several. */
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
     * A second replica beside a sole one, whose locks are held: from now on both work with the logs. That needs another
     * object with the same structure. The old one is retired first, so that nobody is in it, and then replaced. All
     * that needs memory is made before that: between the two, everybody waits.
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

    /** One that goes on with the structure of a sole one, beside others. */
    private Replica<R, W, A> logged(Replica<R, W, A> sole, long logIndex) {
        return new LoggedReplica<>(
                sole.id(), sole.node(), sole.group(), sole.dispatch(), sole.counters(), logIndex, sole.writesApplied());
    }

    /** Nobody else changes the memberships: the lanes serve, and their locks are the caller's. */
    static <R, W, A extends @Nullable Object> void replace(
            List<Replica<R, W, A>> retiring, List<Membership<R, W, A>> next, long threadId) {
        retiring.forEach(lane -> lane.holder().retire(threadId));
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
