package org.nr4j.cnr;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.BatchFailedException;
import org.nr4j.Dispatch;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.RepeatedVerification;
import org.nr4j.ReplicasDifferException;
import org.nr4j.StaleRead;
import org.nr4j.WaitStrategy;
import org.nr4j.internal.admin.Closing;
import org.nr4j.internal.admin.Initialization;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.admin.Settings;
import org.nr4j.internal.admin.Verification;
import org.nr4j.internal.async.AsyncSubmissions;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.multilog.CutFollowerRegistry;
import org.nr4j.internal.multilog.MultiLog;
import org.nr4j.internal.multilog.RoutedWrites;
import org.nr4j.topology.NumaTopology;

/**
 * Node replication with several logs. It makes a linearizable concurrent structure from one whose operations mostly
 * commute, because the structure is made of parts, or is concurrent by itself.
 *
 * <p>With one log, every replica applies all writes one after the other. Here, each operation belongs to one log or to
 * several, as the {@link LogMapper} says. Operations that conflict share a log. Each log has its own combiners on each
 * node, and each replica applies the logs in parallel. So writes scale with the number of logs, as long as most of them
 * belong to one log.
 *
 * <p>Operations of several logs (a size, a range, a batch over several keys) are linearizable like the others: the
 * whole operation takes effect at one moment. Such a read usually finds the logs at rest for a moment. It then costs
 * about as much as a read in each of them. Writes of several logs wait for each other. While a replica applies one, it
 * applies nothing else from these logs.
 *
 * <pre>{@code
 * LogMapper<MapOp> byKey = (op, logs) -> op.key() == null ? LogSet.all() : LogSet.ofHash(op.key().hashCode(), logs);
 * // MyMap implements ConcurrentDispatch
 * try (var map = ConcurrentNodeReplicated.builder(MyMap::new, byKey).logs(4).build()) {
 *     map.executeMut(new Put("k", 1));
 *     map.execute(new Size());
 * }
 * }</pre>
 *
 * <p>Threads, progress, memory effects, interrupts and exceptions are as in {@link NodeReplicated}. All logs share the
 * structures, so a {@link VirtualMachineError} in {@code dispatchMut} puts a replica out of service for all of them.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> the type of the answers
 */
public final class ConcurrentNodeReplicated<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final MultiLog<R, W, A> logs;
    private final CutFollowerRegistry<R, W, A> enrolment;

    /** Whether there is only one log, so that the mappers are not called. */
    private final boolean oneLog;

    private final LogMapper<? super R> readMapper;
    private final LogMapper<? super W> writeMapper;
    private final AsyncSubmissions<RoutedWrites.Routed, A> asyncSubmissions;

    private ConcurrentNodeReplicated(Builder<R, W, A> builder) {
        Initialization.ensure();
        Settings settings = builder.settings;
        NumaTopology topology = settings.topology();
        List<Integer> nodes = settings.nodes(topology);
        this.oneLog = builder.logs == 1;
        this.readMapper = builder.readMapper;
        this.writeMapper = builder.writeMapper;
        this.logs = new MultiLog<>(
                builder.logs,
                Settings.<ConcurrentDispatch<R, W, A>>build(builder.supplier, topology, nodes),
                nodes,
                topology,
                settings.logCapacity(),
                settings.waitStrategy(),
                builder.copier,
                Closing::closeQuietly);
        this.enrolment = new CutFollowerRegistry<>(logs);
        this.asyncSubmissions = new AsyncSubmissions<>(this::executeInOrder, settings.executor(), logs::newBackoff);
    }

    /**
     * Starts building an instance.
     *
     * @param supplier builds the structure of one replica. It is called once for each replica, on a thread of the
     *     replica's node if there are several nodes. All structures must be equal: empty, or with the same contents
     * @param mapper the logs of an operation, read or write
     */
    public static <O, A extends @Nullable Object> Builder<O, O, A> builder(
            Supplier<? extends ConcurrentDispatch<O, O, A>> supplier, LogMapper<? super O> mapper) {
        return builder(supplier, mapper, mapper);
    }

    /**
     * Starts building an instance whose reads and writes have different classes.
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
     * Answers a read. It sees every write of any thread that returned before this call.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalArgumentException if the mapper answers a log that does not exist
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or
     *     after {@link #close}
     */
    public A execute(R op) {
        long threadId = Operations.currentThreadId();
        return execute(op, MultiLog.NEAREST, threadId);
    }

    A execute(R op, int replica, long threadId) {
        Operations.require(op);
        if (oneLog) {
            return logs.execute(op, 0, replica, threadId);
        }
        LogSet set = logsOf(op, readMapper);
        return set.single() >= 0
                ? logs.execute(op, set.single(), replica, threadId)
                : logs.executeAcross(op, set.logs(logs.logs()), replica, threadId);
    }

    /**
     * Answers a read from the present state of the calling thread's replica, which may lack writes that have returned.
     * It does not wait for the replica to apply them. While a write is being applied, it waits for the end of that
     * write.
     *
     * <p>A read of several logs sees each of them in such a state. It sees a write of several logs in all of them or in
     * none.
     *
     * @throws NullPointerException as {@link #execute}
     * @throws IllegalArgumentException as {@link #execute}
     * @throws IllegalStateException as {@link #execute}
     */
    public StaleRead<A> executeStale(R op) {
        return executeStale(op, MultiLog.NEAREST, Operations.currentThreadId());
    }

    StaleRead<A> executeStale(R op, int replica, long threadId) {
        Operations.require(op);
        int[] of = logsOf(op, readMapper).logs(logs.logs());
        StaleRead<A> read = logs.tryReadStale(op, of, replica, threadId);
        // A writer is active. Then a read that waits for its turn is no worse.
        return read != null ? read : new StaleRead<>(logs.executeAcross(op, of, replica, threadId), /* lag= */ 0);
    }

    /**
     * Applies a write to all replicas and answers it. If {@code dispatchMut} throws, throws the same exception. If
     * another thread ran {@code dispatchMut}, the caller's stack is among the suppressed exceptions.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalArgumentException if the mapper answers a log that does not exist
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance,
     *     from the consumer of a follower that slows writers down, or after {@link #close}; the operation has no effect
     *     then
     */
    public A executeMut(W op) {
        long threadId = Operations.currentThreadId();
        return executeMut(op, MultiLog.NEAREST, threadId);
    }

    A executeMut(W op, int replica, long threadId) {
        Operations.require(op);
        if (oneLog) {
            return logs.executeMut(op, 0, replica, threadId);
        }
        LogSet set = logsOf(op, writeMapper);
        return set.single() >= 0
                ? logs.executeMut(op, set.single(), replica, threadId)
                : Operations.answerOf(logs.executeMutAll(new Object[] {op}, set.logs(logs.logs()), replica, threadId));
    }

    /**
     * Applies several writes as one, in the logs of all of them: no other operation sees some of them without the
     * others.
     *
     * @return the answers, in the order of the operations; unmodifiable
     * @throws BatchFailedException if an operation threw; the others are applied nevertheless
     * @throws NullPointerException if {@code ops} or one of them is null; then none is applied
     * @throws IllegalStateException as {@link #executeMut}
     */
    public List<A> executeMutAll(List<? extends W> ops) {
        long threadId = Operations.currentThreadId();
        return executeMutAll(ops, MultiLog.NEAREST, threadId);
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
     * Submits a write without waiting for it. A thread of the builder's executor completes the future with the answer,
     * or with the exception that the write threw.
     *
     * <p>Asynchronous writes of one thread are applied in the order of their submission, whatever their logs. A
     * synchronous operation that the thread calls before a future is done may take effect before or after that write.
     * While 4096 submissions are waiting, a further submission first applies some of them.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalStateException as {@link #executeMut}. During a close, the future may complete with this exception
     *     instead; the write then has no effect
     */
    public CompletableFuture<A> executeMutAsync(W op) {
        Operations.require(op);
        LogSet set = logsOf(op, writeMapper);
        logs.checkUsable();
        logs.refuseInside(Operations.currentThreadId());
        logs.refuseConsumer(Operations.currentThreadId());
        return asyncSubmissions.submit(new RoutedWrites.Routed(op, set.logs(logs.logs())));
    }

    private Responses executeInOrder(Object[] routed) {
        long threadId = Operations.currentThreadId();
        return logs.executeInOrder(routed, MultiLog.NEAREST, threadId);
    }

    @SuppressWarnings("unchecked") // an element of a list of W
    private LogSet logsOfWrite(Object op) {
        return logsOf((W) op, writeMapper);
    }

    private <O> LogSet logsOf(O op, LogMapper<? super O> mapper) {
        int count = logs.logs();
        if (oneLog) {
            return LogSet.one(0);
        }
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
     * Ties the calling thread to the replica of its present node. This is the fastest way for a thread that stays on
     * its node. It is not needed for correctness.
     *
     * @return a token for this thread, which the thread must close
     */
    public ConcurrentThreadToken<R, W, A> register() {
        return register(logs.serving(MultiLog.NEAREST, Operations.currentThreadId()));
    }

    /**
     * Ties the calling thread to a replica.
     *
     * @param replica its number, from 0
     * @throws IllegalArgumentException if no replica with that number serves
     */
    public ConcurrentThreadToken<R, W, A> register(int replica) {
        List<Integer> replicas = logs.replicas();
        if (!replicas.contains(replica)) {
            throw new IllegalArgumentException("replica must be one that serves: replica=" + replica + " replicas="
                    + replicas + "; call register() for the one of the calling thread's node");
        }
        logs.checkUsable();
        return new ConcurrentThreadToken<>(this, replica);
    }

    /** Returns the number of the replica that serves a token's thread. */
    int serving(int replica, long threadId) {
        return logs.serving(replica, threadId);
    }

    /** Returns the number of replicas that serve. */
    public int replicas() {
        return logs.replicas().size();
    }

    /** Returns the number of logs. */
    public int logs() {
        return logs.logs();
    }

    /**
     * Waits until the calling thread's replica has applied these writes of each log, as
     * {@link NodeReplicated#awaitApplied} does.
     *
     * @param indexes a number of writes for each log, such as {@link CnrSnapshot#indexes} or {@link #indexes}
     * @throws IllegalArgumentException if {@code indexes} has another number of logs, or more writes of a log than
     *     there are
     * @throws IllegalStateException as {@link #execute}
     */
    public void awaitApplied(LogIndexes indexes) {
        awaitApplied(indexes, MultiLog.NEAREST, Operations.currentThreadId());
    }

    void awaitApplied(LogIndexes indexes, int replica, long threadId) {
        if (indexes.logs() != logs.logs()) {
            throw new IllegalArgumentException("indexes must have a number for each log: indexes=" + indexes + " logs="
                    + logs.logs() + "; use those of a snapshot or a follower of this instance");
        }
        logs.awaitWrites(indexes::of, replica, threadId);
    }

    /**
     * Brings every replica up to the present end of each log, and drops the operations that the logs hold. Never needed
     * for correctness.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public void sync() {
        logs.sync(Operations.currentThreadId());
    }

    // ---- replicas at run time ----

    /**
     * Adds a replica on a node and returns its number. The builder's {@link Builder#copier} copies a replica that
     * serves. From then on, the new replica serves the threads of the node.
     *
     * <p>While the copier runs, writes of the copied replica wait, and so do writes of several logs. Once a log is
     * full, all its writes wait.
     *
     * @param node the number of the node in the topology
     * @throws IllegalArgumentException if the topology has no such node
     * @throws IllegalStateException if the builder has no copier, if the copier threw or did not return a new
     *     structure, and as {@link #execute}; nothing has changed then
     */
    public int addReplica(int node) {
        return logs.reconfiguration().add(node, Operations.currentThreadId());
    }

    /**
     * Removes a replica. Its operations in progress are completed. Its threads and tokens move to another replica
     * without further action. Its structure is closed if it is {@link AutoCloseable}.
     *
     * @param replica its number; a replica in quarantine can be removed too
     * @throws IllegalArgumentException if there is no such replica
     * @throws IllegalStateException if it is the last one that serves, and as {@link #execute}; nothing has changed
     *     then
     */
    public void removeReplica(int replica) {
        logs.reconfiguration().remove(replica, Operations.currentThreadId());
    }

    /**
     * Compares all replicas after the same writes; as {@link NodeReplicated#verify}.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param digest computes a value of a structure, such as a hash, a sum or a size. Equal structures must have equal
     *     values
     * @return how many writes the replicas had applied. A write of several logs counts in each of them
     * @throws ReplicasDifferException if they are not all equal; it says which differ
     * @throws IllegalStateException as {@link #execute}
     */
    public <D extends ConcurrentDispatch<R, W, A>> long verify(Function<? super D, ? extends @Nullable Object> digest) {
        return Verification.verify(
                logs.reconfiguration(), Operations.ofStructure(digest), Operations.currentThreadId());
    }

    /** Calls {@link #verify} repeatedly; as {@link NodeReplicated#verifyEvery}. */
    public <D extends ConcurrentDispatch<R, W, A>> RepeatedVerification verifyEvery(
            Duration period,
            Function<? super D, ? extends @Nullable Object> digest,
            Consumer<? super ReplicasDifferException> onDifference) {
        Objects.requireNonNull(digest, "digest must not be null: pass one such as MyStructure::hashCode");
        logs.checkUsable();
        return Verification.every(
                this, period, instance -> instance.verify(digest), instance -> instance.logs.isEnding(), onDifference);
    }

    /** Returns how many writes each log has had. The numbers are read one after the other while the instance works. */
    public LogIndexes indexes() {
        return new LogIndexes(logs.indexes());
    }

    // ---- snapshots and followers ----

    /**
     * Calls a function with the structure of the calling thread's replica, as it is at one moment of all logs. Returns
     * the result, with the number of writes of each log that the structure had. It had every write that returned before
     * this call.
     *
     * <p>While the function runs, writes of threads of the same replica wait for its end. Those of other replicas go on
     * until a log is full ({@link Builder#logCapacity}), then they wait too. Reads go on. There is one exception: with
     * very many writes, no such moment comes about by itself, and reads of the same replica wait too.
     *
     * <p>So a slow function stops writers for about as long as it runs. It should only take a cheap copy; the caller
     * can then work on the copy.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param function computes a result from the structure. The result must not be a view of it. Like
     *     {@link Dispatch#dispatch}, the function changes nothing, may run beside reads, on any thread, and must not
     *     call back. An exception of the function is thrown here, and changes nothing
     * @throws IllegalStateException as {@link #executeMut}
     */
    public <D extends ConcurrentDispatch<R, W, A>, S extends @Nullable Object> CnrSnapshot<S> snapshot(
            Function<? super D, ? extends S> function) {
        Function<Dispatch<R, W, A>, S> of = Operations.ofStructure(function);
        return snapshotOf(enrolment.<S>snapshot(of, Operations.currentThreadId()));
    }

    private static <S extends @Nullable Object> CnrSnapshot<S> snapshotOf(CutFollowerRegistry.State<S> state) {
        return new CnrSnapshot<>(new LogIndexes(state.indexes()), state.value());
    }

    /** Follows the writes from now on: see {@link #follow(CutConsumer, FollowerOptions)}. */
    public CnrFollower follow(CutConsumer<W> consumer) {
        return follow(consumer, FollowerOptions.defaults());
    }

    /**
     * Lets a consumer receive every write from now on, whatever its logs: all that begin after this call, and perhaps
     * some in progress.
     *
     * @throws IllegalStateException as {@link #executeMut}
     */
    public CnrFollower follow(CutConsumer<W> consumer, FollowerOptions options) {
        requireConsumer(consumer);
        return new CnrFollower(
                enrolment.follow(
                        cut -> consumer.accept(new Cut<>(cut)), require(options), Operations.currentThreadId()),
                this);
    }

    /**
     * Takes a snapshot and follows from there, in one step.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param function as for {@link #snapshot}
     * @param consumer creates the consumer from the snapshot; called once, on this thread
     * @throws IllegalStateException as {@link #executeMut}
     */
    public <D extends ConcurrentDispatch<R, W, A>, S extends @Nullable Object> CnrFollower followSnapshot(
            Function<? super D, ? extends S> function,
            Function<? super CnrSnapshot<S>, ? extends CutConsumer<W>> consumer,
            FollowerOptions options) {
        Function<Dispatch<R, W, A>, S> of = Operations.ofStructure(function);
        Objects.requireNonNull(consumer, "consumer must not be null: pass a function that makes it of the snapshot");
        return new CnrFollower(
                enrolment.<S>follow(
                        of,
                        state -> {
                            CutConsumer<W> made = requireConsumer(consumer.apply(snapshotOf(state)));
                            return cut -> made.accept(new Cut<>(cut));
                        },
                        require(options),
                        Operations.currentThreadId()),
                this);
    }

    private static <C> C requireConsumer(@Nullable C consumer) {
        return Objects.requireNonNull(consumer, "consumer must not be null: pass what is to receive the writes");
    }

    private static FollowerOptions require(FollowerOptions options) {
        return Objects.requireNonNull(options, "options must not be null: pass FollowerOptions.defaults()");
    }

    void finish(LogFollower<?> follower) {
        follower.finish(logs.indexes());
    }

    void close(LogFollower<?> follower) {
        try (Backoff backoff = logs.newBackoff()) {
            follower.close(Operations.currentThreadId(), backoff);
        }
    }

    // ---- state ----

    /** Returns the statistics so far. */
    public CnrStats stats() {
        return new CnrStats(logs.stats(), logs.crossings(), logs.readCuts());
    }

    /**
     * Ends all service. Operations in progress and writes published before are completed; later operations are refused.
     * Each operation is either one or the other. This method waits for the operations in progress. Then it closes
     * structures that are {@link AutoCloseable}, once each.
     *
     * <p>Followers continue until they have received all writes. This method does not wait for them. Closing twice does
     * nothing.
     *
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance
     */
    @Override
    public void close() {
        logs.close(Operations.currentThreadId());
    }

    /**
     * Builds a {@link ConcurrentNodeReplicated}. One thread at a time may use it. It can be used again.
     *
     * @param <R> the operations that read
     * @param <W> the operations that write
     * @param <A> the type of the answers
     */
    public static final class Builder<R, W, A extends @Nullable Object> {
        private final Supplier<? extends ConcurrentDispatch<R, W, A>> supplier;
        private final LogMapper<? super R> readMapper;
        private final LogMapper<? super W> writeMapper;
        private @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier;
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
         * Sets the number of logs; by default one for four processors, at least two. With more logs, more writes run in
         * parallel, and operations of all logs cost more.
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
         * Sets the number of replicas; by default one for each node of the topology. Fewer replicas save memory. More
         * replicas than nodes are for tests.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder<R, W, A> replicas(int replicas) {
            settings.replicas(replicas);
            return this;
        }

        /**
         * Sets how many entries each log holds; as {@link NodeReplicated.Builder#logCapacity}.
         *
         * @throws IllegalArgumentException if not a power of two from 1 to 2^28
         */
        public Builder<R, W, A> logCapacity(int entries) {
            settings.logCapacity(entries);
            return this;
        }

        /**
         * Sets how to copy a structure. A copier is needed to {@linkplain ConcurrentNodeReplicated#addReplica add}
         * replicas at run time, and to rebuild a replica after a {@link VirtualMachineError}. By default there is none.
         * See {@link NodeReplicated.Builder#copier}.
         *
         * @param <D> the class of the structures, as built by the supplier
         * @param copier returns a new structure with the same contents. The two share nothing that a write changes. It
         *     is called beside reads, and changes nothing
         */
        public <D extends ConcurrentDispatch<R, W, A>> Builder<R, W, A> copier(
                Function<? super D, ? extends D> copier) {
            this.copier = Operations.ofStructure(
                    Objects.requireNonNull(copier, "copier must not be null: pass one such as MyStructure::copy"));
            return this;
        }

        /** Sets the nodes to place replicas on; by default {@link NumaTopology#detect}. */
        public Builder<R, W, A> topology(NumaTopology topology) {
            settings.topology(topology);
            return this;
        }

        /** Sets how threads wait for each other; by default {@link WaitStrategy#adaptive}. */
        public Builder<R, W, A> waitStrategy(WaitStrategy waitStrategy) {
            settings.waitStrategy(waitStrategy);
            return this;
        }

        /**
         * Sets the executor that applies asynchronous writes and completes their futures; by default
         * {@link ForkJoinPool#commonPool}.
         */
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
