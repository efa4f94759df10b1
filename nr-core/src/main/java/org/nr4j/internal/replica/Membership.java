package org.nr4j.internal.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nr4j.topology.NumaTopology;

/**
 * The replicas of an instance at one time. Immutable; a change makes another one.
 *
 * @param <R> see {@link Replica}
 * @param <W> see {@link Replica}
 * @param <A> see {@link Replica}
 */
public final class Membership<R, W, A extends @Nullable Object> {
    /** Those that serve, by number; at least one. */
    public final List<Replica<R, W, A>> replicas;

    /** Those that were quarantined and have not been replaced, by number. */
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

    /** The replica for the calling thread. */
    Replica<R, W, A> replicaOf(long threadId) {
        Replica<R, W, A> single = this.single;
        return single != null ? single : replicas.get(router.replicaOf(threadId));
    }

    /** The replica of that number, whether it serves or is quarantined; null if there is none. */
    public @Nullable Replica<R, W, A> find(int id) {
        return id >= 0 && id < byNumber.length ? byNumber[id] : null;
    }

    /** The first number that no replica has, nor any higher one. */
    public int numbers() {
        return byNumber.length;
    }

    /** Whether any is quarantined but is still taken for serving. */
    boolean hasUnnoticed() {
        for (Replica<R, W, A> replica : replicas) {
            if (replica.isQuarantined()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a replica other than this one is in order. */
    public boolean canDoWithout(Replica<R, W, A> replica) {
        return replicas.stream().anyMatch(other -> other != replica && !other.isQuarantined());
    }

    /**
     * With {@code added} in the place of {@code removed}, of which either may be null, and of what was
     * quarantined under the number added.
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

    /** With the unnoticed ones noticed; null if none is left to serve. */
    @Nullable
    Membership<R, W, A> noticed() {
        List<Replica<R, W, A>> serving = filter(replicas, replica -> !replica.isQuarantined());
        List<Replica<R, W, A>> broken = new ArrayList<>(quarantined);
        broken.addAll(filter(replicas, replica -> !serving.contains(replica))); // one look at each: it may change
        return serving.isEmpty() ? null : new Membership<>(topology, serving, broken);
    }

    private static <T> List<T> filter(List<T> list, Predicate<? super T> predicate) {
        return list.stream().filter(predicate).toList();
    }
}
