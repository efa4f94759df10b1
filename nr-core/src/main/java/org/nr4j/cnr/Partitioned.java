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
 * Any single-threaded class, such as a map, in parts, with a log for each part: what belongs to one key is in one part, and writes to different parts run side by side. Operations are functions, as in {@link Replicated}.
 *
 * <pre>{@code
 * Partitioned<Map<String, Integer>> counts = Partitioned.of(HashMap::new);
 * counts.write("a", part -> part.merge("a", 1, Integer::sum));
 * int a = counts.read("a", part -> part.get("a"));
 * counts.writeParts(List.of("a", "b"), parts -> parts.of("b").put("b", parts.of("a").remove("a")));
 * int size = counts.readAll(parts -> parts.all().stream().mapToInt(Map::size).sum());
 * }</pre>
 *
 * <p>All of them are linearizable, those of several parts too. The promises are those of {@link ConcurrentNodeReplicated}, and the functions are to be as those of {@link Replicated}: one that writes runs <b>once on each replica</b>, so it must be
 * deterministic and touch nothing but the parts; one that reads changes nothing; neither returns a live view of a part, and neither calls back.
 *
 * @param <S> the structure that each part is
 */
public final class Partitioned<S> implements AutoCloseable {
    private final ConcurrentNodeReplicated<Op<S>, Op<S>, @Nullable Object> replicated;
    private final int logs;

    private Partitioned(ConcurrentNodeReplicated<Op<S>, Op<S>, @Nullable Object> replicated) {
        this.replicated = replicated;
        this.logs = replicated.logs();
    }

    /** A structure with the defaults. */
    public static <S> Partitioned<S> of(Supplier<? extends S> supplier) {
        return Partitioned.<S>builder(supplier).build();
    }

    /**
     * Starts building.
     *
     * @param supplier makes one part of one replica; all must be equal
     */
    public static <S> Builder<S> builder(Supplier<? extends S> supplier) {
        return new Builder<>(Objects.requireNonNull(
                supplier, "supplier must not be null: pass a constructor reference such as HashMap::new"));
    }

    /** Answers a read of the part of one key. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T read(Object key, Function<? super S, ? extends T> function) {
        return (T) replicated.execute(ofOne(key, function));
    }

    /** Applies a write to the part of one key, and answers it. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T write(Object key, Function<? super S, ? extends T> function) {
        return (T) replicated.executeMut(ofOne(key, function));
    }

    /** Submits a write to the part of one key and does not wait for it; see {@link ConcurrentNodeReplicated#executeMutAsync}. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> CompletableFuture<T> writeAsync(
            Object key, Function<? super S, ? extends T> function) {
        return (CompletableFuture<T>) replicated.executeMutAsync(ofOne(key, function));
    }

    /** Answers a read of the parts of several keys, at one moment. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T readParts(
            Collection<?> keys, Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.execute(ofParts(logsOf(keys), function));
    }

    /** Applies a write to the parts of several keys, as one, and answers it. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T writeParts(
            Collection<?> keys, Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.executeMut(ofParts(logsOf(keys), function));
    }

    /** Answers a read of all parts, at one moment. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T readAll(Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.execute(ofParts(LogSet.all(), function));
    }

    /** Applies a write to all parts, as one, and answers it. */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object> T writeAll(Function<? super Parts<S>, ? extends T> function) {
        return (T) replicated.executeMut(ofParts(LogSet.all(), function));
    }

    private Op<S> ofOne(Object key, Function<? super S, ?> function) {
        Objects.requireNonNull(key, "key must not be null: pass the key that the function deals with");
        requireFunction(function);
        return new Op<>(LogSet.ofHash(key.hashCode(), logs), parts -> function.apply(parts.of(key)));
    }

    private static <S> Op<S> ofParts(LogSet logs, Function<? super Parts<S>, ?> function) {
        requireFunction(function);
        return new Op<>(logs, function);
    }

    private static void requireFunction(Object function) {
        Objects.requireNonNull(function, "function must not be null: pass what is to be done with the part");
    }

    private LogSet logsOf(Collection<?> keys) {
        return LogSet.of(keys.stream()
                .mapToInt(key -> LogSet.ofHash(key.hashCode(), logs).single())
                .toArray());
    }

    /** How many parts there are, each with a log. */
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
     * @param <S> the structure that each part is
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

        /** How many parts, each with a log; see {@link ConcurrentNodeReplicated.Builder#logs}. */
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
