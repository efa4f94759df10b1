package org.nr4j.internal.admin;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.lock.ReentrancyGuard;
import org.nr4j.internal.multilog.LogBarrier;
import org.nr4j.internal.replica.LoggedReplica;
import org.nr4j.internal.replica.LostResponses;
import org.nr4j.internal.replica.Membership;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.internal.replica.Rescuer;
import org.nr4j.internal.replica.SoleReplica;
import org.nr4j.internal.stats.CombineCounters;
import org.nr4j.internal.stats.Events;
import org.nr4j.internal.thread.ThreadIds;
import org.nr4j.topology.NumaTopology;

/**
 * Changes which replicas there are: adds, removes, replaces and compares them while they work, one such thing at a time. Any thread may call the public methods, but not from inside an operation.
 */
/*
 * A replica joins with a copy that is made while the lock of another one is held, at the place in the log that this one has reached; it is announced before the lock is left, so that reclaiming does not pass
 * the place. From then on it catches up like any that lags.
 *
 * Between one replica and several, the way of working changes (Replica, "direct"). The new way needs another Replica object with the same structure; the old one is retired first, so that nobody is in it, and then replaced.
 * All that needs memory is made before that: between the two, everybody waits.
 *
 * Where several logs share the structures, a replica is a Replica for each of them, its lanes. A change pauses the operations of several logs, takes the locks of all lanes, in the order of the logs, and does to each what is done to the one of a single log. Who waits for the
 * lock of a lane holds those of lower logs only; the holder of that one waits for nothing but its own log, since nobody waits for an operation of several.
 */
public final class Reconfiguration<R, W, A extends @Nullable Object> implements Rescuer<R, W, A> {
    private static final Logger LOGGER = System.getLogger(Reconfiguration.class.getName());

    private static final long SLEEP_NANOS = 50_000;

    private final List<ReplicaSet<R, W, A>> logs;
    private final LogBarriers<R, W, A> crossings;
    private final NumaTopology topology;
    private final @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier;
    private final Consumer<Object> discard;

    /** Held during a change. User code (the copier, a digest) runs under it, and must not ask for another one. */
    private final ReentrantLock change = new ReentrantLock();

    private final List<CombineCounters> gone;
    private int nextId;

    /** A comparison: how many writes the replicas had applied, in all logs together, and what the function made of each, by its number. */
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
    public Reconfiguration(
            List<ReplicaSet<R, W, A>> logs,
            LogBarriers<R, W, A> crossings,
            NumaTopology topology,
            List<? extends Dispatch<R, W, A>> structures,
            List<Integer> nodes,
            @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier,
            Consumer<Object> discard) {
        this.logs = logs;
        this.crossings = crossings;
        this.topology = topology;
        this.copier = copier;
        this.discard = discard;
        this.gone = logs.stream().map(log -> new CombineCounters()).toList();
        this.nextId = structures.size();
        List<List<Dispatch<R, W, A>>> lanes = new ArrayList<>();
        for (int id = 0; id < structures.size(); id++) {
            lanes.add(crossings.lanes(id, structures.get(id)));
        }
        for (int log = 0; log < logs.size(); log++) {
            List<Replica<R, W, A>> replicas = new ArrayList<>();
            for (int id = 0; id < lanes.size(); id++) {
                replicas.add(
                        first(id, nodes.get(id), logs.get(log), lanes.get(id).get(log), structures.size() == 1));
            }
            logs.get(log).begin(new Membership<>(topology, replicas, List.of()), this);
        }
    }

    private static <R, W, A extends @Nullable Object> Replica<R, W, A> first(
            int id, int node, ReplicaSet<R, W, A> log, Dispatch<R, W, A> structure, boolean sole) {
        CombineCounters counters = new CombineCounters();
        return sole
                ? new SoleReplica<>(id, node, log, structure, counters, /* writes= */ 0)
                : new LoggedReplica<>(id, node, log, structure, counters, /* logIndex= */ 0, /* writes= */ 0);
    }

    // ---- adding ----

    /** Adds a replica on a node and returns its number. */
    public int add(int node, long threadId) {
        if (copier == null) {
            throw new IllegalStateException(
                    "adding a replica needs a way to copy the structure: copier=null; give one to the builder, copier(MyStructure::copy)");
        }
        if (node < 0 || node >= topology.nodeCount()) {
            throw new IllegalArgumentException("node must be one of the topology's: node=" + node + " nodes="
                    + topology.nodeCount() + "; see NumaTopology.nodes()");
        }
        return exclusively(threadId, () -> {
            int id = nextId;
            join(id, node, threadId);
            nextId = id + 1;
            reportAdded(id, node);
            return id;
        });
    }

    private void join(int id, int node, long threadId) {
        // On the node, so that the copy's memory comes from there.
        topology.runOn(node, () -> {
            List<Replica<R, W, A>> source;
            try (Backoff backoff = logs.get(0).newBackoff()) {
                while ((source = source(node, threadId)) == null || !copyAndJoin(source, id, node, threadId)) {
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
            }
            return id;
        });
    }

    /** The lanes of a replica that serves; null if one has just gone out of order. */
    private @Nullable List<Replica<R, W, A>> source(int node, long threadId) {
        settle();
        checkUsable();
        Replica<R, W, A> source = logs.get(0).all().stream()
                .filter(replica -> replica.node() == node)
                .findFirst()
                .orElseGet(() -> logs.get(0).replicaOf(threadId));
        return lanes(source.id());
    }

    private @Nullable List<Replica<R, W, A>> lanes(int id) {
        List<Replica<R, W, A>> lanes = new ArrayList<>();
        for (ReplicaSet<R, W, A> log : logs) {
            Replica<R, W, A> lane = log.find(id);
            if (lane == null || lane.isQuarantined()) {
                return null;
            }
            lanes.add(lane);
        }
        return lanes;
    }

    /**
     * Works as the holder of the locks of all lanes of a replica, each having applied its log; its readers go on. False if one is retired and the work was not begun.
     *
     * <p>While it waits for a lock it keeps the lanes that it holds up to date: the holder may be waiting for a follower, and that may be waiting for one of these, to read. It serves nobody, who might have to wait for the follower too.
     */
    private boolean workAsHolder(List<Replica<R, W, A>> lanes, Runnable work, long threadId) {
        if (lanes.size() == 1) {
            return lanes.get(0).workAsHolder(work, threadId);
        }
        List<Replica<R, W, A>> held = new ArrayList<>(lanes.size());
        try (Backoff backoff = logs.get(0).newBackoff()) {
            for (Replica<R, W, A> lane : lanes) {
                while (!lane.tryHold(threadId)) {
                    if (lane.isRetired() || !bringUpToDate(held, threadId)) {
                        return false;
                    }
                    backoff.pauseOrSleep(this, SLEEP_NANOS);
                }
                held.add(lane);
            }
            if (!bringUpToDate(held, threadId)) {
                return false;
            }
            work.run();
            return true;
        } finally {
            held.forEach(Replica::leaveToOthers);
        }
    }

    /** False if one of them goes out of order over it, and its lock is left. */
    private static <R, W, A extends @Nullable Object> boolean bringUpToDate(
            List<Replica<R, W, A>> held, long threadId) {
        return held.stream().allMatch(lane -> lane.tryReplay(lane.group().log().tail(), threadId));
    }

    private boolean copyAndJoin(List<Replica<R, W, A>> source, int id, int node, long threadId) {
        return workAsHolder(
                source,
                () -> {
                    List<Dispatch<R, W, A>> copies = crossings.lanes(id, copy(source.get(0)));
                    if (source.get(0).isSole()) {
                        joinSingle(source, id, node, copies, threadId);
                        return;
                    }
                    List<Replica<R, W, A>> added = new ArrayList<>();
                    for (int log = 0; log < logs.size(); log++) {
                        Replica<R, W, A> lane = source.get(log);
                        added.add(replica(log, id, node, copies.get(log), lane.localTail(), lane.writesApplied()));
                    }
                    for (int log = 0; log < logs.size(); log++) {
                        Replica<R, W, A> lane = added.get(log);
                        logs.get(log).change(members -> members.replaced(null, lane));
                    }
                },
                threadId);
    }

    private Replica<R, W, A> replica(
            int log, int id, int node, Dispatch<R, W, A> structure, long logIndex, long writes) {
        return new LoggedReplica<>(id, node, logs.get(log), structure, new CombineCounters(), logIndex, writes);
    }

    /** A second replica beside a single one, whose locks are held: from now on both work with the logs. */
    private void joinSingle(
            List<Replica<R, W, A>> single, int id, int node, List<Dispatch<R, W, A>> copies, long threadId) {
        List<Membership<R, W, A>> both = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            ReplicaSet<R, W, A> group = logs.get(i);
            Replica<R, W, A> alone = single.get(i);
            group.reclaimer().reclaim();
            group.log().continueAt(alone.writesApplied());
            long tail = group.log().tail();
            Replica<R, W, A> added = replica(i, id, node, copies.get(i), tail, alone.writesApplied());
            both.add(group.members().replaced(alone, logged(alone, tail)).replaced(null, added));
        }
        replace(single, both, threadId);
    }

    /** One that goes on with the structure of a sole one, beside others. */
    private Replica<R, W, A> logged(Replica<R, W, A> sole, long logIndex) {
        return new LoggedReplica<>(
                sole.id(), sole.node(), sole.group(), sole.dispatch(), sole.counters(), logIndex, sole.writesApplied());
    }

    /** Nobody else changes the memberships: the lanes are in order, and their locks are ours. */
    private void replace(List<Replica<R, W, A>> retiring, List<Membership<R, W, A>> next, long threadId) {
        retiring.forEach(lane -> lane.retire(threadId));
        for (int i = 0; i < logs.size(); i++) {
            logs.get(i).set(next.get(i));
        }
    }

    private Dispatch<R, W, A> copy(Replica<R, W, A> source) {
        Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier = this.copier;
        Dispatch<R, W, A> copy;
        try {
            copy = copier == null ? null : copier.apply(LogBarrier.structureOf(source.dispatch()));
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
        ReplicaSet<R, W, A> group = logs.get(0);
        return Stream.concat(group.all().stream(), group.quarantined().stream())
                .anyMatch(replica -> LogBarrier.structureOf(replica.dispatch()) == structure);
    }

    private void reportAdded(int id, int node) {
        Events.ReplicaAdded event = new Events.ReplicaAdded();
        if (event.shouldCommit()) {
            event.replica = id;
            event.node = node;
            event.index = logs.get(0).index();
            event.commit();
        }
    }

    // ---- removing ----

    /** Removes the replica with that number. */
    public void remove(int id, long threadId) {
        exclusively(threadId, () -> {
            List<Replica<R, W, A>> lanes;
            do {
                settle();
                checkUsable();
                lanes = find(id);
            } while (!tryRemove(lanes, threadId));
            retired(lanes);
            workAloneIfPossible(threadId);
            return id;
        });
    }

    private List<Replica<R, W, A>> find(int id) {
        List<Replica<R, W, A>> lanes = new ArrayList<>();
        for (ReplicaSet<R, W, A> log : logs) {
            Replica<R, W, A> lane = log.find(id);
            if (lane == null) {
                throw new IllegalArgumentException("replica must be one there is: replica=" + id + " replicas="
                        + ids(log.members()) + "; see stats()");
            }
            lanes.add(lane);
        }
        return lanes;
    }

    private static <R, W, A extends @Nullable Object> List<Integer> ids(Membership<R, W, A> members) {
        return members.replicas.stream().map(Replica::id).toList();
    }

    /** False if it went out of order just now. */
    private boolean tryRemove(List<Replica<R, W, A>> lanes, long threadId) {
        int id = lanes.get(0).id();
        if (logs.stream().anyMatch(log -> log.quarantined().contains(log.find(id)))) {
            lanes.forEach(lane -> breakUp(lane, threadId));
            settle();
            logs.forEach(log -> log.change(members -> members.replaced(members.find(id), null)));
        } else if (!workAsHolder(
                lanes,
                () -> {
                    // First from the lists, which may be refused, then out of service: its state is good until then.
                    lanes.forEach(this::requireAnother);
                    lanes.forEach(lane -> lane.group().change(members -> members.replaced(lane, null)));
                    lanes.forEach(lane -> lane.retire(threadId));
                },
                threadId)) {
            return false;
        }
        Events.ReplicaRemoved event = new Events.ReplicaRemoved();
        event.replica = id;
        event.commit();
        return true;
    }

    private void requireAnother(Replica<R, W, A> lane) {
        Membership<R, W, A> members = lane.group().members();
        if (!members.canDoWithout(lane)) {
            throw new IllegalStateException("one replica must stay: replica=" + lane.id() + " replicas=" + ids(members)
                    + "; add another one first, or close the instance");
        }
    }

    private void retired(List<Replica<R, W, A>> lanes) {
        for (int log = 0; log < logs.size(); log++) {
            gone.get(log).addAll(lanes.get(log).counters());
        }
        discard.accept(LogBarrier.structureOf(lanes.get(0).dispatch()));
    }

    /** Where one replica is left, and none is to be rebuilt, the logs are of no use any more. */
    private void workAloneIfPossible(long threadId) {
        for (ReplicaSet<R, W, A> log : logs) {
            if (log.all().size() > 1 || !log.quarantined().isEmpty()) {
                return;
            }
        }
        List<Replica<R, W, A>> last = lanes(logs.get(0).all().get(0).id());
        if (last != null) {
            workAsHolder(last, () -> workAlone(last, threadId), threadId);
        }
        logs.forEach(group -> group.reclaimer().reclaim());
    }

    private void workAlone(List<Replica<R, W, A>> last, long threadId) {
        List<Membership<R, W, A>> alone = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            ReplicaSet<R, W, A> group = logs.get(i);
            Replica<R, W, A> lane = last.get(i);
            SoleReplica<R, W, A> single = new SoleReplica<>(
                    lane.id(), lane.node(), group, lane.dispatch(), lane.counters(), lane.writesApplied());
            if (!group.followers().isEmpty()) {
                single.startJournal();
            }
            alone.add(group.members().replaced(last.get(i), single));
        }
        replace(last, alone, threadId);
    }

    // ---- replicas out of order ----

    /** Looks after what a replica that is out of order left, and rebuilds it if it can be; once, on a thread of its own. Never throws. */
    @Override
    public void rescue(ReplicaSet<R, W, A> log, Replica<R, W, A> replica) {
        if (!replica.beginRescue()) {
            return;
        }
        try {
            Thread thread = new Thread(() -> rescueHere(log, replica), "nr4j-rescue-" + replica.id());
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // no memory for a thread: whoever comes here next tries again
            replica.rescued = false; // a field store: there may be no stack for a call
        }
    }

    private void rescueHere(ReplicaSet<R, W, A> log, Replica<R, W, A> replica) {
        long threadId = ThreadIds.current();
        try {
            breakUp(replica, threadId);
            answer(log, replica, threadId);
        } catch (Throwable e) {
            replica.rescued = false; // whoever waits tries again, unless the instance has stopped
            return;
        }
        if (log != logs.get(0)) {
            return; // its lane there is out of order too, and does the rest
        }
        try {
            report(replica);
            if (copier != null) {
                rebuild(replica, threadId);
            }
        } catch (Throwable e) {
            if (!log.isClosing()) {
                LOGGER.log(
                        Level.ERROR,
                        "a replica that is out of order could not be rebuilt: replica=" + replica.id()
                                + "; the others go on, remove it and add another one",
                        e);
            }
        }
    }

    /** The structure of a replica that is out of order is no good for any log: its lanes all go out of order. */
    private void breakUp(Replica<R, W, A> replica, long threadId) {
        VirtualMachineError error = replica.error();
        if (logs.size() == 1 || error == null) {
            return;
        }
        if (replica.dispatch() instanceof LogBarrier<?, ?, ?> lane) {
            lane.shared().report(error); // for those who wait for a lane that went out of order
        }
        Dispatch<R, W, A> structure = LogBarrier.structureOf(replica.dispatch());
        for (ReplicaSet<R, W, A> log : logs) {
            Replica<R, W, A> lane = log.find(replica.id());
            if (lane != null && LogBarrier.structureOf(lane.dispatch()) == structure) {
                lane.quarantine(error, threadId);
            }
        }
    }

    /** Those who wait get their answers from replicas that have yet to apply what they wait for; to the rest it is said that there are none. A close comes before the latter or after. */
    private void answer(ReplicaSet<R, W, A> log, Replica<R, W, A> replica, long threadId) {
        log.awaitApplied(log.log().tail(), threadId);
        change.lock();
        try {
            LostResponses.fail(replica);
        } finally {
            change.unlock();
        }
    }

    private void rebuild(Replica<R, W, A> replica, long threadId) {
        boolean rebuilt = exclusively(threadId, () -> {
            settle(); // so that all of its lanes are known to be out of order
            boolean wanted =
                    !logs.get(0).isClosing() && logs.get(0).quarantined().contains(replica);
            if (wanted) {
                List<Replica<R, W, A>> lanes = find(replica.id());
                join(replica.id(), replica.node(), threadId);
                retired(lanes);
            }
            return wanted;
        });
        if (rebuilt) {
            reportAdded(replica.id(), replica.node());
            LOGGER.log(Level.INFO, "replica " + replica.id() + " was rebuilt from another one");
        }
    }

    private void report(Replica<R, W, A> replica) {
        Events.ReplicaQuarantined event = new Events.ReplicaQuarantined();
        event.replica = replica.id();
        event.error = String.valueOf(replica.error());
        event.commit();
        LOGGER.log(
                Level.ERROR,
                "dispatchMut must not exhaust the memory or the stack: replica=" + replica.id() + " threw="
                        + replica.error() + "; it is out of service, the others go on, and "
                        + (copier == null
                                ? "nothing replaces it: give the builder a copier, or remove it"
                                : "it is rebuilt from another one"),
                replica.error());
    }

    // ---- all replicas at once ----

    /** What a function makes of each replica, all having applied the same writes. Readers go on, writers wait. */
    public Comparison compare(Function<? super Dispatch<R, W, A>, ? extends @Nullable Object> digest, long threadId) {
        return exclusively(threadId, () -> {
            checkUsable();
            List<List<Replica<R, W, A>>> held = new ArrayList<>();
            try {
                for (ReplicaSet<R, W, A> log : logs) {
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
            boolean inAll = held.stream().allMatch(lanes -> lanes.stream().anyMatch(lane -> lane.id() == replica.id()));
            if (inAll) { // else it is about to go out of order
                digests.put(replica.id(), digest.apply(LogBarrier.structureOf(replica.dispatch())));
            }
        }
        long index = held.stream()
                .filter(lanes -> !lanes.isEmpty())
                .mapToLong(lanes -> lanes.get(0).writesApplied())
                .sum();
        return new Comparison(index, digests);
    }

    /** Ends all service: see {@link ReplicaSet}. Then closes the structures; the first failure of one that was in order is thrown in the end. Closing twice does nothing. */
    public void close(long threadId) {
        logs.get(0).refuseInside(threadId);
        refuseNested();
        boolean first = logs.get(0).beginClosing(); // of two who close at once, one is the first for all logs
        logs.forEach(ReplicaSet::beginClosing);
        crossings.pause(threadId);
        change.lock(); // where another thread closes, this waits for it
        try {
            if (first) {
                logs.forEach(log -> endService(log, threadId));
            }
        } finally {
            change.unlock();
            crossings.resume();
        }
        if (first) {
            Membership<R, W, A> members = logs.get(0).members();
            members.quarantined.forEach(replica -> discard.accept(LogBarrier.structureOf(replica.dispatch())));
            Closing.closeAll(members.replicas.stream()
                    .map(replica -> LogBarrier.structureOf(replica.dispatch()))
                    .toList());
        }
    }

    /**
     * Ends the service of a log. What was published before is applied and answered; later operations are refused. Followers
     * get what they have not seen, then end.
     */
    private void endService(ReplicaSet<R, W, A> log, long threadId) {
        List<Replica<R, W, A>> held = List.of();
        try {
            held = ExclusiveAccess.holdAll(log, threadId);
            held.removeIf(replica -> !replica.tryDrain(threadId));
            ExclusiveAccess.bringUpToDate(log, held, threadId);
            settle();
            log.quarantined().forEach(LostResponses::fail);
        } finally {
            log.end(held, threadId);
        }
    }

    /** What combiners of replicas did that are no more. */
    public CombineCounters gone() {
        return gone(0);
    }

    /** The same, of a log. */
    public CombineCounters gone(int log) {
        return gone.get(log);
    }

    private <T> T exclusively(long threadId, Supplier<T> work) {
        checkUsable();
        logs.get(0).refuseInside(threadId);
        logs.forEach(log -> log.followers().refuseConsumer(threadId));
        refuseNested();
        crossings.pause(threadId);
        change.lock();
        try {
            ReentrancyGuard.Mark mark = logs.get(0).guard().enter(threadId);
            try {
                return work.get();
            } finally {
                mark.threadId = ReentrancyGuard.Mark.NOBODY;
            }
        } finally {
            change.unlock();
            crossings.resume();
        }
    }

    private void settle() {
        logs.get(0).settle();
    }

    private void checkUsable() {
        logs.forEach(ReplicaSet::checkUsable);
    }

    private void refuseNested() {
        if (change.isHeldByCurrentThread()) {
            throw ReentrancyGuard.reentrant();
        }
    }
}
