package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.replica.Membership;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.SharedStructure;
import org.nr4j.internal.replica.SoleReplica;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;

/** Removes replicas. One thread at a time may call the methods: see {@link Reconfiguration}. */
final class ReplicaRemoval<R, W, A extends @Nullable Object> {
    private final Lanes<R, W, A> lanes;
    private final Consumer<Object> discard;

    /** What the combiners of removed and replaced replicas did, by log. */
    private final List<CombineCounters> gone;

    ReplicaRemoval(Lanes<R, W, A> lanes, Consumer<Object> discard) {
        this.lanes = lanes;
        this.discard = discard;
        this.gone = lanes.logs.stream().map(log -> new CombineCounters()).toList();
    }

    /**
     * Removes a replica that serves. Returns false if one of its lanes is retired, because the replica was quarantined
     * meanwhile.
     */
    boolean tryRemove(List<Replica<R, W, A>> removed, long threadId) {
        boolean done = lanes.workAsHolder(
                removed,
                () -> {
                    removed.forEach(ReplicaRemoval::requireAnother);
                    // Readers leave while the replica is still in the lists: a reader that calls back is looked for
                    // there. It would wait for this removal, and this removal for it.
                    for (Replica<R, W, A> lane : removed) { // no lambda: see StackReserve
                        lane.holder().keepReadersOut(threadId);
                    }
                    // Then from the lists, which may throw, then out of service. Until the latter, the replica's state
                    // is good.
                    removed.forEach(lane -> lane.group().change(members -> members.replaced(lane, null)));
                    for (Replica<R, W, A> lane : removed) { // no lambda: see StackReserve
                        lane.holder().retire(threadId);
                    }
                },
                threadId);
        if (done) {
            report(removed.get(0).id());
        }
        return done;
    }

    /** Removes a quarantined replica. */
    void removeQuarantined(int id) {
        lanes.settle();
        lanes.logs.forEach(log -> log.change(members -> members.replaced(members.find(id), null)));
        report(id);
    }

    private static void report(int id) {
        Events.ReplicaRemoved event = new Events.ReplicaRemoved();
        event.replica = id;
        event.commit();
    }

    private static <R, W, A extends @Nullable Object> void requireAnother(Replica<R, W, A> lane) {
        Membership<R, W, A> members = lane.group().members();
        if (!members.canDoWithout(lane)) {
            throw new IllegalStateException("one replica must stay: replica=" + lane.id() + " replicas="
                    + Lanes.ids(members) + "; add another one first, or close the instance");
        }
    }

    /** Discards the structure of a removed replica, and keeps its counters. */
    void discard(List<Replica<R, W, A>> removed) {
        for (int log = 0; log < gone.size(); log++) {
            gone.get(log).addAll(removed.get(log).counters());
        }
        discard(removed.get(0));
    }

    /** Discards only the structure, for a replica that is closed together with all others. */
    void discard(Replica<R, W, A> removed) {
        discard.accept(SharedStructure.structureOf(removed.dispatch()));
    }

    /** What the combiners of removed and replaced replicas did in one log. */
    CombineCounters gone(int log) {
        return gone.get(log);
    }

    /** Lets the last replica work without the logs, if only one is left and no quarantined one is to be rebuilt. */
    void workAloneIfPossible(long threadId) {
        for (ReplicaSet<R, W, A> log : lanes.logs) {
            if (log.all().size() > 1 || !log.quarantined().isEmpty()) {
                return;
            }
        }
        List<Replica<R, W, A>> last = lanes.serving(lanes.first().all().get(0).id());
        if (last != null) {
            lanes.workAsHolder(last, () -> workAlone(last, threadId), threadId);
        }
        lanes.logs.forEach(log -> log.reclaimer().reclaim());
    }

    private void workAlone(List<Replica<R, W, A>> last, long threadId) {
        List<Membership<R, W, A>> alone = new ArrayList<>();
        for (Replica<R, W, A> lane : last) {
            ReplicaSet<R, W, A> group = lane.group();
            SoleReplica<R, W, A> sole = new SoleReplica<>(
                    lane.id(), lane.node(), group, lane.dispatch(), lane.counters(), lane.writesApplied());
            if (!group.followers().isEmpty()) {
                sole.startJournal();
            }
            alone.add(group.members().replaced(lane, sole));
        }
        ReplicaJoin.replace(last, alone, threadId);
    }
}
