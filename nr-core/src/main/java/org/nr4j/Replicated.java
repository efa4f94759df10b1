package org.nr4j;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.admin.Closing;
import org.nr4j.internal.admin.DistinctInstances;
import org.nr4j.topology.NumaTopology;

/**
 * A replicated object of any class. Operations are functions on it, so there is no {@link Dispatch} to write.
 *
 * <pre>{@code
 * Replicated<TreeMap<String, Integer>> map = Replicated.of(TreeMap::new);
 * map.write(m -> m.merge("a", 1, Integer::sum));
 * int n = map.read(m -> m.get("a"));
 * }</pre>
 *
 * <p>The promises are those of {@link NodeReplicated}. The functions must keep the rules of {@link Dispatch}:
 *
 * <ul>
 *   <li>A function given to {@link #write} runs <b>once on each replica</b>. So it must be deterministic, and touch
 *       nothing but the structure.
 *   <li>A function given to {@link #read} changes nothing.
 *   <li>No function returns a live view of the structure. It copies, or reads inside the function.
 *   <li>No function calls this instance.
 * </ul>
 *
 * @param <S> the class of the structure
 */
public final class Replicated<S> implements AutoCloseable {
    private final NodeReplicated<Function<? super S, ?>, Function<? super S, ?>, @Nullable Object> replicated;

    private Replicated(NodeReplicated<Function<? super S, ?>, Function<? super S, ?>, @Nullable Object> replicated) {
        this.replicated = replicated;
    }

    /**
     * Creates a replicated structure with the defaults: one replica for each node.
     *
     * @param supplier builds the structure of one replica; all must be equal
     */
    public static <S> Replicated<S> of(Supplier<? extends S> supplier) {
        return Replicated.<S>builder(supplier).build();
    }

    /** Starts building a replicated structure. */
    public static <S> Builder<S> builder(Supplier<? extends S> supplier) {
        return new Builder<>(Objects.requireNonNull(
                supplier, "supplier must not be null: pass a constructor reference such as TreeMap::new"));
    }

    /** Answers a read; see {@link NodeReplicated#execute}. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T read(Function<? super S, ? extends T> function) {
        return (T) replicated.execute(function);
    }

    /** Applies a write to all replicas and answers it; see {@link NodeReplicated#executeMut}. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T write(Function<? super S, ? extends T> function) {
        return (T) replicated.executeMut(function);
    }

    /** Submits a write without waiting for it; see {@link NodeReplicated#executeMutAsync}. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> CompletableFuture<T> writeAsync(Function<? super S, ? extends T> function) {
        return (CompletableFuture<T>) replicated.executeMutAsync(function);
    }

    /** Answers a read without waiting for writes to be applied; see {@link NodeReplicated#executeStale}. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> StaleRead<T> readStale(Function<? super S, ? extends T> function) {
        return (StaleRead<T>) replicated.executeStale(function);
    }

    /**
     * Applies a function to the structure, and returns the result with the number of writes that the structure had; see
     * {@link NodeReplicated#snapshot}.
     */
    public <T extends @Nullable Object> Snapshot<T> snapshot(Function<? super S, ? extends T> function) {
        return replicated.<Applying<S>, T>snapshot(onStructure(function));
    }

    /**
     * Lets a consumer receive every write from now on, as the functions given to {@link #write}; see
     * {@link NodeReplicated#follow(LogConsumer, FollowerOptions)}. A consumer can apply them to a structure of its own.
     * {@link #followSnapshot} begins with a copy.
     */
    public Follower follow(LogConsumer<Function<? super S, ?>> consumer, FollowerOptions options) {
        return replicated.follow(consumer, options);
    }

    /** Takes a snapshot and follows from there, in one step; see {@link NodeReplicated#followSnapshot}. */
    public <T extends @Nullable Object> Follower followSnapshot(
            Function<? super S, ? extends T> function,
            Function<? super Snapshot<T>, ? extends LogConsumer<Function<? super S, ?>>> consumer,
            FollowerOptions options) {
        return replicated.<Applying<S>, T>followSnapshot(onStructure(function), consumer, options);
    }

    /** Adds a replica on a node; see {@link NodeReplicated#addReplica}. */
    public int addReplica(int node) {
        return replicated.addReplica(node);
    }

    /** Removes a replica; see {@link NodeReplicated#removeReplica}. */
    public void removeReplica(int replica) {
        replicated.removeReplica(replica);
    }

    /** Compares all replicas after the same writes; see {@link NodeReplicated#verify}. */
    public long verify(Function<? super S, ? extends @Nullable Object> digest) {
        return replicated.<Applying<S>>verify(onStructure(digest));
    }

    /** Calls {@link #verify} repeatedly; see {@link NodeReplicated#verifyEvery}. */
    public RepeatedVerification verifyEvery(
            Duration period,
            Function<? super S, ? extends @Nullable Object> digest,
            Consumer<? super ReplicasDifferException> onDifference) {
        return replicated.<Applying<S>>verifyEvery(period, onStructure(digest), onDifference);
    }

    private static <S, T extends @Nullable Object> Function<Applying<S>, T> onStructure(
            Function<? super S, ? extends T> function) {
        Objects.requireNonNull(function, "function must not be null: pass one such as TreeMap::new");
        return applying -> function.apply(applying.structure);
    }

    /** Returns the number of writes so far; see {@link NodeReplicated#writeCount}. */
    public long writeCount() {
        return replicated.writeCount();
    }

    /** Waits until the calling thread's replica has applied these writes; see {@link NodeReplicated#awaitApplied}. */
    public void awaitApplied(long index) {
        replicated.awaitApplied(index);
    }

    /** Returns the number of replicas that serve. */
    public int replicas() {
        return replicated.replicas();
    }

    /** See {@link NodeReplicated#sync}. */
    public void sync() {
        replicated.sync();
    }

    /** See {@link NodeReplicated#stats}. */
    public NrStats stats() {
        return replicated.stats();
    }

    /** See {@link NodeReplicated#close}. */
    @Override
    public void close() {
        replicated.close();
    }

    /** The structure behind the functions. */
    private static final class Applying<S>
            implements Dispatch<Function<? super S, ?>, Function<? super S, ?>, @Nullable Object>, AutoCloseable {
        private final S structure;

        Applying(S structure) {
            this.structure = structure;
        }

        @Nullable
        Applying<S> copy(Function<? super S, ? extends @Nullable S> copier) {
            S copy = copier.apply(structure);
            return copy == null ? null : copy == structure ? this : new Applying<S>(copy);
        }

        @Override
        @SuppressWarnings("NullAway") // a function may return null: A is nullable here
        public Object dispatch(Function<? super S, ?> op) {
            return op.apply(structure);
        }

        @Override
        @SuppressWarnings("NullAway")
        public Object dispatchMut(Function<? super S, ?> op) {
            return op.apply(structure);
        }

        @Override
        public void close() {
            Closing.closeAll(List.of(structure));
        }
    }

    /**
     * Builds a {@link Replicated}. The options are those of {@link NodeReplicated.Builder}.
     *
     * @param <S> the class of the structure
     */
    public static final class Builder<S> {
        private final NodeReplicated.Builder<Function<? super S, ?>, Function<? super S, ?>, @Nullable Object> builder;

        private Builder(Supplier<? extends S> supplier) {
            DistinctInstances<S> structures = new DistinctInstances<>(supplier);
            this.builder = NodeReplicated.builder(() -> new Applying<S>(structures.get()));
        }

        /** See {@link NodeReplicated.Builder#replicas}. */
        public Builder<S> replicas(int replicas) {
            builder.replicas(replicas);
            return this;
        }

        /** See {@link NodeReplicated.Builder#logCapacity}. */
        public Builder<S> logCapacity(int entries) {
            builder.logCapacity(entries);
            return this;
        }

        /** See {@link NodeReplicated.Builder#topology}. */
        public Builder<S> topology(NumaTopology topology) {
            builder.topology(topology);
            return this;
        }

        /** See {@link NodeReplicated.Builder#waitStrategy}. */
        public Builder<S> waitStrategy(WaitStrategy waitStrategy) {
            builder.waitStrategy(waitStrategy);
            return this;
        }

        /** See {@link NodeReplicated.Builder#copier}; for example {@code map -> new TreeMap<>(map)}. */
        public Builder<S> copier(Function<? super S, ? extends S> copier) {
            Objects.requireNonNull(copier, "copier must not be null: pass one such as TreeMap::new");
            builder.<Applying<S>>copier(applying -> applying.copy(copier));
            return this;
        }

        /** See {@link NodeReplicated.Builder#executor}. */
        public Builder<S> executor(Executor executor) {
            builder.executor(executor);
            return this;
        }

        /** See {@link NodeReplicated.Builder#build}. */
        public Replicated<S> build() {
            return new Replicated<>(builder.build());
        }
    }
}
