package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.Replicated;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.Closing;
import org.nr4j.internal.admin.DistinctInstances;
import org.nr4j.topology.NumaTopology;

/**
 * A replicated structure made of parts of any single-threaded class, such as a map, with a log for each part. A key
 * belongs to one part. Writes to different parts run in parallel. Operations are functions, as in {@link Replicated}.
 *
 * <pre>{@code
 * Partitioned<Map<String, Integer>> counts = Partitioned.of(HashMap::new);
 * counts.write("a", part -> part.merge("a", 1, Integer::sum));
 * int a = counts.read("a", part -> part.get("a"));
 * counts.writeParts(List.of("a", "b"), parts -> parts.of("b").put("b", parts.of("a").remove("a")));
 * int size = counts.readAll(parts -> parts.all().stream().mapToInt(Map::size).sum());
 * }</pre>
 *
 * <p>All operations are linearizable, including those of several parts. The promises are those of
 * {@link ConcurrentNodeReplicated}.
 *
 * <p>The rules for functions are those of {@link Replicated}:
 *
 * <ul>
 *   <li>A function that writes runs <b>once on each replica</b>. It must be deterministic, and touch the parts only.
 *   <li>A function that reads changes nothing.
 *   <li>No function returns a live view of a part.
 *   <li>No function calls this structure.
 * </ul>
 *
 * @param <S> the class of the parts
 */
public final class Partitioned<S> implements AutoCloseable {
    private final ConcurrentNodeReplicated<Op<S>, Op<S>, @Nullable Object> replicated;
    private final int logs;

    private Partitioned(ConcurrentNodeReplicated<Op<S>, Op<S>, @Nullable Object> replicated) {
        this.replicated = replicated;
        this.logs = replicated.logs();
    }

    /** Creates a structure with the defaults. */
    public static <S> Partitioned<S> of(Supplier<? extends S> supplier) {
        return Partitioned.<S>builder(supplier).build();
    }

    /**
     * Starts building.
     *
     * @param supplier makes one part of one replica. All parts it makes must be equal
     */
    public static <S> Builder<S> builder(Supplier<? extends S> supplier) {
        return new Builder<>(Objects.requireNonNull(
                supplier, "supplier must not be null: pass a constructor reference such as HashMap::new"));
    }

    /** Runs a read on the part of one key, and returns its answer. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T read(Object key, Function<? super S, ? extends T> function) {
        return (T) replicated.execute(ofOne(key, function));
    }

    /** Applies a write to the part of one key, and returns its answer. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T write(Object key, Function<? super S, ? extends T> function) {
        return (T) replicated.executeMut(ofOne(key, function));
    }

    /**
     * Submits a write to the part of one key, and does not wait for it. See
     * {@link ConcurrentNodeReplicated#executeMutAsync}.
     */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> CompletableFuture<T> writeAsync(
            Object key, Function<? super S, ? extends T> function) {
        return (CompletableFuture<T>) replicated.executeMutAsync(ofOne(key, function));
    }

    /** Runs a read on the parts of several keys, at one moment, and returns its answer. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T readParts(
            Collection<?> keys, Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.execute(ofParts(logsOf(keys), function));
    }

    /** Applies an atomic write to the parts of several keys, and returns its answer. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T writeParts(
            Collection<?> keys, Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.executeMut(ofParts(logsOf(keys), function));
    }

    /** Runs a read on all parts, at one moment, and returns its answer. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T readAll(Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.execute(ofParts(LogSet.all(), function));
    }

    /** Applies an atomic write to all parts, and returns its answer. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T writeAll(Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.executeMut(ofParts(LogSet.all(), function));
    }

    private Op<S> ofOne(Object key, Function<? super S, ?> function) {
        Objects.requireNonNull(key, "key must not be null: pass the key of the part that the function works on");
        requireFunction(function);
        return new Op<>(LogSet.ofHash(key.hashCode(), logs), parts -> function.apply(parts.of(key)));
    }

    private static <S> Op<S> ofParts(LogSet logs, Function<? super Parts<S>, ?> function) {
        requireFunction(function);
        return new Op<>(logs, function);
    }

    private static void requireFunction(Object function) {
        Objects.requireNonNull(function, "function must not be null: pass the operation on the part");
    }

    private LogSet logsOf(Collection<?> keys) {
        return LogSet.of(keys.stream()
                .mapToInt(key -> LogSet.ofHash(key.hashCode(), logs).single())
                .toArray());
    }

    /** Returns the number of parts. Each has a log. */
    public int parts() {
        return logs;
    }

    /** See {@link ConcurrentNodeReplicated#sync}. */
    public void sync() {
        replicated.sync();
    }

    /** See {@link ConcurrentNodeReplicated#stats}. */
    public CnrStats stats() {
        return replicated.stats();
    }

    /** See {@link ConcurrentNodeReplicated#close}. */
    @Override
    public void close() {
        replicated.close();
    }

    private record Op<S>(LogSet logs, Function<? super Parts<S>, ?> function) {}

    /** The parts of one replica. */
    private static final class Applying<S>
            implements ConcurrentDispatch<Op<S>, Op<S>, @Nullable Object>, AutoCloseable {
        private final List<S> parts;

        Applying(List<S> parts) {
            this.parts = parts;
        }

        @Override
        @SuppressWarnings("NullAway") // a function may return null: the answer is nullable here
        public Object dispatch(Op<S> op) {
            return op.function.apply(new Parts<>(parts, op.logs));
        }

        @Override
        public Object dispatchMut(Op<S> op) {
            return dispatch(op);
        }

        @Override
        public void close() {
            Closing.closeAll(parts);
        }
    }

    /**
     * Builds a {@link Partitioned}; the options are those of {@link ConcurrentNodeReplicated.Builder}.
     *
     * @param <S> the class of the parts
     */
    public static final class Builder<S> {
        private final DistinctInstances<S> supplier;
        private final ConcurrentNodeReplicated.Builder<Op<S>, Op<S>, @Nullable Object> builder;

        private Builder(Supplier<? extends S> supplier) {
            this.supplier = new DistinctInstances<>(supplier);
            this.builder = ConcurrentNodeReplicated.builder(this::newParts, (op, logs) -> op.logs);
        }

        private Applying<S> newParts() {
            List<S> parts = new ArrayList<>();
            for (int part = 0; part < builder.logs(); part++) {
                parts.add(supplier.get());
            }
            return new Applying<>(parts);
        }

        /** Sets the number of parts, each with a log. See {@link ConcurrentNodeReplicated.Builder#logs}. */
        public Builder<S> parts(int parts) {
            builder.logs(parts);
            return this;
        }

        /** See {@link ConcurrentNodeReplicated.Builder#replicas}. */
        public Builder<S> replicas(int replicas) {
            builder.replicas(replicas);
            return this;
        }

        /** See {@link ConcurrentNodeReplicated.Builder#logCapacity}. */
        public Builder<S> logCapacity(int entries) {
            builder.logCapacity(entries);
            return this;
        }

        /** See {@link ConcurrentNodeReplicated.Builder#topology}. */
        public Builder<S> topology(NumaTopology topology) {
            builder.topology(topology);
            return this;
        }

        /** See {@link ConcurrentNodeReplicated.Builder#waitStrategy}. */
        public Builder<S> waitStrategy(WaitStrategy waitStrategy) {
            builder.waitStrategy(waitStrategy);
            return this;
        }

        /** See {@link ConcurrentNodeReplicated.Builder#executor}. */
        public Builder<S> executor(Executor executor) {
            builder.executor(executor);
            return this;
        }

        /** See {@link ConcurrentNodeReplicated.Builder#build}. */
        public Partitioned<S> build() {
            return new Partitioned<>(builder.build());
        }
    }
}
