package org.nr4j.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nr4j.topology.NumaTopology;

/**
 * The replicas of one log at one time. Immutable: a change makes another membership.
 *
 * @param <R> see {@link Replica}
 * @param <W> see {@link Replica}
 * @param <A> see {@link Replica}
 */
public final class Membership<R, W, A extends @Nullable Object> {
    /** The replicas that serve, by number; at least one. */
    public final List<Replica<R, W, A>> replicas;

    /** The replicas that were quarantined and have not been replaced, by number. */
    public final List<Replica<R, W, A>> quarantined;

    private final NumaTopology topology;
    private final Router router;
    private final @Nullable Replica<R, W, A> single;
    private final @Nullable Replica<R, W, A>[] byNumber;

    public Membership(NumaTopology topology, List<Replica<R, W, A>> replicas, List<Replica<R, W, A>> quarantined) {
        this.topology = topology;
        this.replicas = List.copyOf(replicas);
        this.quarantined = List.copyOf(quarantined);
        this.router = new Router(topology, replicas.stream().map(Replica::node).toList());
        this.single = replicas.size() == 1 ? replicas.get(0) : null;
        this.byNumber =
                byNumber(Stream.concat(quarantined.stream(), replicas.stream()).toList());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <R, W, A extends @Nullable Object> @Nullable Replica<R, W, A>[] byNumber(
            List<Replica<R, W, A>> all) {
        int numbers = 1 + all.stream().mapToInt(Replica::id).max().orElse(-1);
        @Nullable Replica<R, W, A>[] result = new Replica[numbers];
        all.forEach(replica -> result[replica.id()] = replica);
        return result;
    }

    /** Returns the replica for the calling thread. */
    Replica<R, W, A> replicaOf(long threadId) {
        Replica<R, W, A> single = this.single;
        return single != null ? single : replicas.get(router.replicaOf(threadId));
    }

    /** Returns the replica with that number, whether it serves or is quarantined. Returns null if there is none. */
    public @Nullable Replica<R, W, A> find(int id) {
        return id >= 0 && id < byNumber.length ? byNumber[id] : null;
    }

    /** Returns one more than the highest number of a replica. */
    public int numbers() {
        return byNumber.length;
    }

    /** Whether a replica is quarantined but still listed as serving. */
    boolean hasUnnoticed() {
        for (Replica<R, W, A> replica : replicas) {
            if (replica.isQuarantined()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a replica other than this one is listed as serving and not quarantined. */
    public boolean canDoWithout(Replica<R, W, A> replica) {
        return replicas.stream().anyMatch(other -> other != replica && !other.isQuarantined());
    }

    /**
     * Returns this membership with {@code added} in the place of {@code removed}. Either may be null. {@code added}
     * also replaces a quarantined replica with the same number.
     */
    public Membership<R, W, A> replaced(@Nullable Replica<R, W, A> removed, @Nullable Replica<R, W, A> added) {
        List<Replica<R, W, A>> serving = new ArrayList<>(filter(replicas, replica -> replica != removed));
        List<Replica<R, W, A>> broken = filter(quarantined, replica -> replica != removed);
        if (added != null) {
            int place = (int) serving.stream()
                    .filter(replica -> replica.id() < added.id())
                    .count();
            serving.add(place, added);
            broken = filter(broken, replica -> replica.id() != added.id());
        }
        return new Membership<>(topology, serving, broken);
    }

    /**
     * Returns this membership with all quarantined replicas listed as quarantined. Returns null if none is left to
     * serve.
     */
    @Nullable
    Membership<R, W, A> noticed() {
        List<Replica<R, W, A>> serving = filter(replicas, replica -> !replica.isQuarantined());
        List<Replica<R, W, A>> broken = new ArrayList<>(quarantined);
        // each is checked only once: its state may change
        broken.addAll(filter(replicas, replica -> !serving.contains(replica)));
        return serving.isEmpty() ? null : new Membership<>(topology, serving, broken);
    }

    private static <T> List<T> filter(List<T> list, Predicate<? super T> predicate) {
        return list.stream().filter(predicate).toList();
    }
}
