package org.nr4j.internal;

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
import org.jspecify.annotations.Nullable;
import org.nr4j.Dispatch;
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
 */
public final class Reconfiguration<R, W, A extends @Nullable Object> {
    private static final Logger LOGGER = System.getLogger(Reconfiguration.class.getName());

    private final Replicas<R, W, A> group;
    private final NumaTopology topology;
    private final @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier;
    private final Consumer<Object> discard;

    /** Held during a change. User code (the copier, a digest) runs under it, and must not ask for another one. */
    private final ReentrantLock change = new ReentrantLock();

    private final CombineCounters gone = new CombineCounters();
    private int nextId;

    /** A comparison: how many writes the replicas had applied, and what the function made of each, by its number. */
    public record Comparison(long index, Map<Integer, @Nullable Object> digests) {}

    /**
     * The first replicas.
     *
     * @param nodes for each structure the node it is on
     * @param copier makes a copy of a structure; null if there is no way
     * @param discard is given structures that are used no more
     */
    public Reconfiguration(
            Replicas<R, W, A> group,
            NumaTopology topology,
            List<? extends Dispatch<R, W, A>> structures,
            List<Integer> nodes,
            @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier,
            Consumer<Object> discard) {
        this.group = group;
        this.topology = topology;
        this.copier = copier;
        this.discard = discard;
        List<Replica<R, W, A>> replicas = new ArrayList<>();
        for (Dispatch<R, W, A> structure : structures) {
            replicas.add(new Replica<>(
                    nextId,
                    nodes.get(nextId++),
                    group,
                    structure,
                    /* direct= */ structures.size() == 1,
                    new CombineCounters(),
                    /* logIndex= */ 0,
                    /* writes= */ 0));
        }
        group.begin(new Membership<>(topology, replicas, List.of()), this);
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
            Replica<R, W, A> source;
            do {
                source = source(node, threadId);
            } while (!copyAndJoin(source, id, node, threadId));
            return id;
        });
    }

    private Replica<R, W, A> source(int node, long threadId) {
        group.settle();
        group.checkUsable();
        return group.all().stream()
                .filter(replica -> replica.node() == node)
                .findFirst()
                .orElseGet(() -> group.replicaOf(threadId));
    }

    private boolean copyAndJoin(Replica<R, W, A> source, int id, int node, long threadId) {
        return source.workAsHolder(
                () -> {
                    Dispatch<R, W, A> copy = copy(source);
                    if (source.isDirect()) {
                        joinSingle(source, id, node, copy, threadId);
                    } else {
                        Replica<R, W, A> added = replica(id, node, copy, source.localTail(), source.writesApplied());
                        group.change(members -> members.replaced(null, added));
                    }
                },
                threadId);
    }

    private Replica<R, W, A> replica(int id, int node, Dispatch<R, W, A> structure, long logIndex, long writes) {
        return new Replica<>(id, node, group, structure, /* direct= */ false, new CombineCounters(), logIndex, writes);
    }

    /** A second replica beside a single one, whose lock is held: from now on both work with the log. */
    private void joinSingle(Replica<R, W, A> single, int id, int node, Dispatch<R, W, A> copy, long threadId) {
        OperationLog log = group.log();
        group.reclaim();
        log.continueAt(single.writesApplied(), single);
        Replica<R, W, A> same = new Replica<>(
                single.id(),
                single.node(),
                group,
                single.dispatch(),
                /* direct= */ false,
                single.counters(),
                log.tail(),
                single.writesApplied());
        Replica<R, W, A> added = replica(id, node, copy, log.tail(), single.writesApplied());
        Membership<R, W, A> both = group.members().replaced(single, same).replaced(null, added);
        single.retire(threadId);
        group.set(both); // nobody else changes it: the single one is in order, and its lock is ours
    }

    private Dispatch<R, W, A> copy(Replica<R, W, A> source) {
        Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier = this.copier;
        Dispatch<R, W, A> copy;
        try {
            copy = copier == null ? null : copier.apply(source.dispatch());
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
        return group.all().stream().anyMatch(replica -> replica.dispatch() == structure)
                || group.outOfOrder().stream().anyMatch(replica -> replica.dispatch() == structure);
    }

    private void reportAdded(int id, int node) {
        Events.ReplicaAdded event = new Events.ReplicaAdded();
        if (event.shouldCommit()) {
            event.replica = id;
            event.node = node;
            event.index = group.index();
            event.commit();
        }
    }

    // ---- removing ----

    /** Removes the replica with that number. */
    public void remove(int id, long threadId) {
        exclusively(threadId, () -> {
            Replica<R, W, A> replica;
            do {
                group.settle();
                group.checkUsable();
                replica = find(group.members(), id);
            } while (!tryRemove(replica, threadId));
            gone.addAll(replica.counters());
            discard.accept(replica.dispatch());
            workAloneIfPossible(threadId);
            return id;
        });
    }

    private static <R, W, A extends @Nullable Object> Replica<R, W, A> find(Membership<R, W, A> members, int id) {
        for (List<Replica<R, W, A>> replicas : List.of(members.replicas, members.outOfOrder)) {
            for (Replica<R, W, A> replica : replicas) {
                if (replica.id() == id) {
                    return replica;
                }
            }
        }
        throw new IllegalArgumentException(
                "replica must be one there is: replica=" + id + " replicas=" + ids(members) + "; see stats()");
    }

    private static <R, W, A extends @Nullable Object> List<Integer> ids(Membership<R, W, A> members) {
        return members.replicas.stream().map(Replica::id).toList();
    }

    /** False if it went out of order just now. */
    private boolean tryRemove(Replica<R, W, A> replica, long threadId) {
        if (group.outOfOrder().contains(replica)) {
            group.change(members -> members.replaced(replica, null));
        } else if (!replica.workAsHolder(
                () -> {
                    // First from the list, which may be refused, then out of service: its state is good until then.
                    group.change(members -> without(members, replica));
                    replica.retire(threadId);
                },
                threadId)) {
            return false;
        }
        Events.ReplicaRemoved event = new Events.ReplicaRemoved();
        event.replica = replica.id();
        event.commit();
        return true;
    }

    private static <R, W, A extends @Nullable Object> Membership<R, W, A> without(
            Membership<R, W, A> members, Replica<R, W, A> replica) {
        if (!members.canDoWithout(replica)) {
            throw new IllegalStateException("one replica must stay: replica=" + replica.id() + " replicas="
                    + ids(members) + "; add another one first, or close the instance");
        }
        return members.replaced(replica, null);
    }

    /** Where one replica is left, and none is to be rebuilt, the log is of no use any more. */
    private void workAloneIfPossible(long threadId) {
        Membership<R, W, A> members = group.members();
        if (members.replicas.size() > 1 || !members.outOfOrder.isEmpty()) {
            return;
        }
        Replica<R, W, A> last = members.replicas.get(0);
        last.workAsHolder(
                () -> {
                    Replica<R, W, A> single = new Replica<>(
                            last.id(),
                            last.node(),
                            group,
                            last.dispatch(),
                            /* direct= */ true,
                            last.counters(),
                            group.log().tail(),
                            last.writesApplied());
                    if (!group.followers().isEmpty()) {
                        single.startJournal();
                    }
                    Membership<R, W, A> alone = members.replaced(last, single);
                    last.retire(threadId);
                    group.set(alone); // nobody else changes it: the last one is in order, and its lock is ours
                },
                threadId);
        group.reclaim();
    }

    // ---- replicas out of order ----

    /** Looks after what a replica that is out of order left, and rebuilds it if it can be; once, on a thread of its own. Never throws. */
    void rescue(Replica<R, W, A> replica) {
        if (!replica.beginRescue()) {
            return;
        }
        try {
            Thread thread = new Thread(() -> rescueHere(replica), "nr4j-rescue-" + replica.id());
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) { // no memory for a thread: whoever comes here next tries again
            replica.giveUpRescue();
        }
    }

    @SuppressWarnings("deprecation") // threadId() is there from JDK 19 on only
    private void rescueHere(Replica<R, W, A> replica) {
        long threadId = Thread.currentThread().getId();
        try {
            answer(replica, threadId);
        } catch (Throwable e) {
            replica.giveUpRescue(); // whoever waits tries again, unless the instance has stopped
            return;
        }
        try {
            report(replica);
            if (copier != null) {
                rebuild(replica, threadId);
            }
        } catch (Throwable e) {
            if (!group.isClosing()) {
                LOGGER.log(
                        Level.ERROR,
                        "a replica that is out of order could not be rebuilt: replica=" + replica.id()
                                + "; the others go on, remove it and add another one",
                        e);
            }
        }
    }

    /** Those who wait get their answers from replicas that have yet to apply what they wait for; to the rest it is said that there are none. A close comes before the latter or after. */
    private void answer(Replica<R, W, A> replica, long threadId) {
        group.awaitApplied(group.log().tail(), threadId);
        change.lock();
        try {
            Rescue.answerInVain(replica);
        } finally {
            change.unlock();
        }
    }

    private void rebuild(Replica<R, W, A> replica, long threadId) {
        boolean rebuilt = exclusively(threadId, () -> {
            boolean wanted = !group.isClosing() && group.outOfOrder().contains(replica);
            if (wanted) {
                join(replica.id(), replica.node(), threadId);
                gone.addAll(replica.counters());
                discard.accept(replica.dispatch());
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
            group.checkUsable();
            List<Replica<R, W, A>> held = group.holdAll(threadId);
            try {
                Map<Integer, @Nullable Object> digests = new LinkedHashMap<>();
                for (Replica<R, W, A> replica : held) {
                    digests.put(replica.id(), digest.apply(replica.dispatch()));
                }
                return new Comparison(held.isEmpty() ? 0 : held.get(0).writesApplied(), digests);
            } finally {
                group.release(held, threadId);
            }
        });
    }

    /** Reports that a comparison found a difference. */
    public static void reportDifference(List<Integer> replicas, long index) {
        for (int replica : replicas) {
            Events.ReplicasDiffer event = new Events.ReplicasDiffer();
            event.replica = replica;
            event.index = index;
            event.commit();
        }
    }

    /** Ends all service: see {@link Replicas}. Returns whether this call did it, which then has to close the structures of the replicas. */
    public boolean close(long threadId) {
        group.refuseInside(threadId);
        refuseNested();
        boolean first = group.beginClosing();
        change.lock(); // where another thread closes, this waits for it
        try {
            if (first) {
                group.close(threadId);
            }
        } finally {
            change.unlock();
        }
        return first;
    }

    /** What combiners of replicas did that are no more. */
    public CombineCounters gone() {
        return gone;
    }

    private <T> T exclusively(long threadId, Supplier<T> work) {
        group.checkUsable();
        group.refuseInside(threadId);
        group.followers().refuseConsumer(threadId);
        refuseNested();
        change.lock();
        try {
            group.entrants().enter(threadId);
            try {
                return work.get();
            } finally {
                group.entrants().leave(threadId);
            }
        } finally {
            change.unlock();
        }
    }

    private void refuseNested() {
        if (change.isHeldByCurrentThread()) {
            throw ReplicaLock.reentrant();
        }
    }
}
