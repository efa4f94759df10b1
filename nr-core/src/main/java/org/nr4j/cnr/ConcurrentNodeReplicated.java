package org.nr4j.cnr;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.BatchFailedException;
import org.nr4j.NodeReplicated;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.Answers;
import org.nr4j.internal.AsyncSubmissions;
import org.nr4j.internal.Closing;
import org.nr4j.internal.ManyLogs;
import org.nr4j.internal.Operations;
import org.nr4j.internal.Settings;
import org.nr4j.topology.NumaTopology;

/**
 * Node replication with several logs: a linearizable concurrent structure made from one whose operations commute to a good part, because it is made of parts, or concurrent by itself.
 *
 * <p>With one log, all writes go through it one after the other, on each replica. Here each operation belongs to one log or to several, as the {@link LogMapper} says, and operations that conflict share one. Each log has combiners of its own on each node, and
 * each replica applies the logs side by side, so writes scale with the number of logs as long as most of them belong to one only.
 *
 * <p>Operations of several logs (a size, a range, a batch over several keys) are linearizable like the others: all of it happens at one moment. Those that read usually find the logs at rest for a moment, and cost about as much as a read in each of them. Those that write
 * wait for each other, and each replica applies them while it works at nothing else in these logs.
 *
 * <pre>{@code
 * LogMapper<MapOp> byKey = (op, logs) -> op.key() == null ? LogSet.all() : LogSet.ofHash(op.key().hashCode(), logs);
 * try (var map = ConcurrentNodeReplicated.builder(MyMap::new, byKey).logs(4).build()) {   // MyMap implements ConcurrentDispatch
 *     map.executeMut(new Put("k", 1));
 *     map.execute(new Size());
 * }
 * }</pre>
 *
 * <p>Threads, progress, memory effects, interrupts and exceptions are as in {@link NodeReplicated}, with one difference: all logs share the structures, so a {@link VirtualMachineError} in {@code dispatchMut} stops the whole instance where there is more than one log. From
 * then on each operation gets an {@link IllegalStateException} with the cause.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer
 */
public final class ConcurrentNodeReplicated<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final ManyLogs<R, W, A> logs;
    private final LogMapper<? super R> readMapper;
    private final LogMapper<? super W> writeMapper;
    private final List<ConcurrentDispatch<R, W, A>> structures;
    private final AsyncSubmissions<ManyLogs.Routed, A> asyncSubmissions;

    private ConcurrentNodeReplicated(Builder<R, W, A> builder) {
        Settings settings = builder.settings;
        NumaTopology topology = settings.topology();
        List<Integer> nodes = settings.nodes(topology);
        this.readMapper = builder.readMapper;
        this.writeMapper = builder.writeMapper;
        this.structures = Settings.build(builder.supplier, topology, nodes);
        this.logs = new ManyLogs<>(
                builder.logs, structures, nodes, topology, settings.logCapacity(), settings.waitStrategy());
        this.asyncSubmissions = new AsyncSubmissions<>(this::executeInOrder, settings.executor(), logs::newBackoff);
    }

    /**
     * Starts building an instance.
     *
     * @param supplier makes the structure of one replica; called once a replica, on a thread of its node where there are several. All structures must be equal: empty, or with the same contents
     * @param mapper the logs of an operation, read or write
     */
    public static <O, A extends @Nullable Object> Builder<O, O, A> builder(
            Supplier<? extends ConcurrentDispatch<O, O, A>> supplier, LogMapper<? super O> mapper) {
        return builder(supplier, mapper, mapper);
    }

    /**
     * Starts building an instance, where reads and writes are of different classes.
     *
     * @param supplier as in {@link #builder(Supplier, LogMapper)}
     * @param readMapper the logs of an operation that reads
     * @param writeMapper the logs of an operation that writes
     */
    public static <R, W, A extends @Nullable Object> Builder<R, W, A> builder(
            Supplier<? extends ConcurrentDispatch<R, W, A>> supplier,
            LogMapper<? super R> readMapper,
            LogMapper<? super W> writeMapper) {
        return new Builder<>(
                Objects.requireNonNull(
                        supplier, "supplier must not be null: pass a constructor reference such as MyMap::new"),
                Objects.requireNonNull(
                        readMapper, "mapper must not be null: pass one such as (op, logs) -> LogSet.all()"),
                Objects.requireNonNull(
                        writeMapper, "mapper must not be null: pass one such as (op, logs) -> LogSet.all()"));
    }

    /**
     * Answers a read. Sees every write that returned before this call, by whatever thread.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalArgumentException if the mapper answers a log there is not
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or after {@link #close}
     */
    public A execute(R op) {
        long threadId = Operations.currentThreadId();
        return execute(op, logs.replicaOf(threadId), threadId);
    }

    A execute(R op, int replica, long threadId) {
        Operations.require(op);
        LogSet set = logsOf(op, readMapper);
        return set.single() >= 0
                ? logs.execute(op, set.single(), replica, threadId)
                : logs.executeAcross(op, set.logs(logs.logs()), replica, threadId);
    }

    /**
     * Applies a write to all replicas and answers it. Throws what {@code dispatchMut} threw, as it is; where another thread ran it, the caller's stack is among the suppressed exceptions.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalArgumentException if the mapper answers a log there is not
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or after {@link #close}; the operation has no effect then
     */
    public A executeMut(W op) {
        long threadId = Operations.currentThreadId();
        return executeMut(op, logs.replicaOf(threadId), threadId);
    }

    A executeMut(W op, int replica, long threadId) {
        Operations.require(op);
        LogSet set = logsOf(op, writeMapper);
        return set.single() >= 0
                ? logs.executeMut(op, set.single(), replica, threadId)
                : Operations.answerOf(logs.executeMutAll(new Object[] {op}, set.logs(logs.logs()), replica, threadId));
    }

    /**
     * Applies several writes as one, in the logs of all of them: no other operation sees some of them without the others.
     *
     * @return the answers, in the order of the operations; unmodifiable
     * @throws BatchFailedException if operations threw; the others are applied all the same
     * @throws NullPointerException if {@code ops} or one of them is null; then none is applied
     * @throws IllegalStateException as {@link #executeMut}
     */
    public List<A> executeMutAll(List<? extends W> ops) {
        long threadId = Operations.currentThreadId();
        return executeMutAll(ops, logs.replicaOf(threadId), threadId);
    }

    List<A> executeMutAll(List<? extends W> ops, int replica, long threadId) {
        Object[] array = Operations.copyOf(ops);
        logs.checkUsable();
        LogSet set = null;
        for (Object op : array) {
            LogSet ofOp = logsOfWrite(op);
            set = set == null ? ofOp : set.and(ofOp);
        }
        return set == null
                ? List.of()
                : Operations.answersOf(logs.executeMutAll(array, set.logs(logs.logs()), replica, threadId));
    }

    /**
     * Submits a write and does not wait for it. The future is completed with its answer or with what it threw, by a thread of the executor given to the builder.
     *
     * <p>Asynchronous writes of one thread are applied in the order it submitted them, whatever their logs. A synchronous operation that it calls before the future is done may come before or after. While 4096 submissions
     * are waiting, a further one first applies some of them.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalStateException as {@link #executeMut}; a submission that meets a close under way is completed, perhaps with this exception, and then without effect
     */
    public CompletableFuture<A> executeMutAsync(W op) {
        Operations.require(op);
        LogSet set = logsOf(op, writeMapper);
        logs.checkUsable();
        logs.refuseInside(Operations.currentThreadId());
        return asyncSubmissions.submit(new ManyLogs.Routed(op, set.logs(logs.logs())));
    }

    private Answers executeInOrder(Object[] routed) {
        long threadId = Operations.currentThreadId();
        return logs.executeInOrder(routed, logs.replicaOf(threadId), threadId);
    }

    @SuppressWarnings("unchecked") // an element of a list of W
    private LogSet logsOfWrite(Object op) {
        return logsOf((W) op, writeMapper);
    }

    private <O> LogSet logsOf(O op, LogMapper<? super O> mapper) {
        int count = logs.logs();
        LogSet set = mapper.logsOf(op, count);
        if (set == null) {
            throw new NullPointerException("the mapper must answer the logs of an operation: op=" + op
                    + " logs=null; LogSet.all() is always right");
        }
        if (set.largest() >= count) {
            throw new IllegalArgumentException(
                    "the mapper must answer logs that there are: op=" + op + " answered=" + set + " logs=" + count
                            + "; they are numbered from 0, Math.floorMod brings any number into that range");
        }
        return set;
    }

    /**
     * Ties the calling thread to the replica of the node it runs on. The fastest way for a thread that stays there; not needed for correctness.
     *
     * @return a token for this thread, to be closed by it
     */
    public ConcurrentThreadToken<R, W, A> register() {
        return register(logs.replicaOf(Operations.currentThreadId()));
    }

    /**
     * Ties the calling thread to a replica.
     *
     * @param replica its number, from 0
     * @throws IllegalArgumentException if there is no replica of that number
     */
    public ConcurrentThreadToken<R, W, A> register(int replica) {
        if (replica < 0 || replica >= logs.replicas()) {
            throw new IllegalArgumentException("replica must be one that serves: replica=" + replica + " replicas="
                    + logs.replicas() + "; call register() for the one of the calling thread's node");
        }
        logs.checkUsable();
        return new ConcurrentThreadToken<>(this, replica);
    }

    /** How many replicas there are. */
    public int replicas() {
        return logs.replicas();
    }

    /** How many logs there are. */
    public int logs() {
        return logs.logs();
    }

    /**
     * Brings every replica up to the end of each log as it is at the call, and lets go of the operations that the logs hold. Never needed for correctness.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public void sync() {
        logs.sync(Operations.currentThreadId());
    }

    /** What happened so far. */
    public CnrStats stats() {
        return new CnrStats(logs.stats(), logs.crossings(), logs.readCuts());
    }

    /**
     * Ends all service. Operations under way and writes published before are completed, later ones are refused; each operation is either one or the other. Waits for the former. Structures that are {@link AutoCloseable} are closed then, once each. Closing
     * twice does nothing.
     *
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance
     */
    @Override
    public void close() {
        if (logs.close(Operations.currentThreadId())) {
            Closing.closeAll(new ArrayList<>(structures));
        }
    }

    /**
     * Builds a {@link ConcurrentNodeReplicated}. For one thread at a time; can be used again.
     *
     * @param <R> the operations that read
     * @param <W> the operations that write
     * @param <A> what they answer
     */
    public static final class Builder<R, W, A extends @Nullable Object> {
        private final Supplier<? extends ConcurrentDispatch<R, W, A>> supplier;
        private final LogMapper<? super R> readMapper;
        private final LogMapper<? super W> writeMapper;
        private final Settings settings = new Settings();
        private int logs =
                Math.max(2, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) / 4);

        private Builder(
                Supplier<? extends ConcurrentDispatch<R, W, A>> supplier,
                LogMapper<? super R> readMapper,
                LogMapper<? super W> writeMapper) {
            this.supplier = supplier;
            this.readMapper = readMapper;
            this.writeMapper = writeMapper;
        }

        /**
         * How many logs; by default one for four processors, at least two. More let more writes run side by side, and make operations of all logs dearer.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder<R, W, A> logs(int logs) {
            if (logs < 1) {
                throw new IllegalArgumentException(
                        "logs must be at least 1: logs=" + logs + "; leave it out for one log for four processors");
            }
            this.logs = logs;
            return this;
        }

        int logs() {
            return logs;
        }

        /**
         * How many replicas; by default one for each node of the topology. Fewer save memory; more than nodes is for tests.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder<R, W, A> replicas(int replicas) {
            settings.replicas(replicas);
            return this;
        }

        /**
         * How many entries each log holds; as {@link NodeReplicated.Builder#logCapacity}.
         *
         * @throws IllegalArgumentException if not a power of two from 1 to 2^28
         */
        public Builder<R, W, A> logCapacity(int entries) {
            settings.logCapacity(entries);
            return this;
        }

        /** The nodes to place replicas on; by default {@link NumaTopology#detect}. */
        public Builder<R, W, A> topology(NumaTopology topology) {
            settings.topology(topology);
            return this;
        }

        /** How threads wait for each other; by default {@link WaitStrategy#adaptive}. */
        public Builder<R, W, A> waitStrategy(WaitStrategy waitStrategy) {
            settings.waitStrategy(waitStrategy);
            return this;
        }

        /** Where asynchronous writes are applied and their futures completed; by default {@link ForkJoinPool#commonPool}. */
        public Builder<R, W, A> executor(Executor executor) {
            settings.executor(executor);
            return this;
        }

        /**
         * Builds the structures and the instance.
         *
         * @throws IllegalArgumentException if the supplier returns null, or the same structure twice
         */
        public ConcurrentNodeReplicated<R, W, A> build() {
            return new ConcurrentNodeReplicated<>(this);
        }
    }
}
