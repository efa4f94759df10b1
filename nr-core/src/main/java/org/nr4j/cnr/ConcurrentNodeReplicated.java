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
import org.nr4j.internal.combine.AsyncSubmissions;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.multilog.CutFollowerRegistry;
import org.nr4j.internal.multilog.MultiLog;
import org.nr4j.internal.multilog.RoutedWrites;
import org.nr4j.topology.NumaTopology;

/**
 * Node replication with several logs: a linearizable concurrent structure made from one whose operations commute to a
 * good part, because it is made of parts, or concurrent by itself.
 *
 * <p>With one log, all writes go through it one after the other, on each replica. Here each operation belongs to one
 * log or to several, as the {@link LogMapper} says, and operations that conflict share one. Each log has combiners of
 * its own on each node, and each replica applies the logs side by side, so writes scale with the number of logs as long
 * as most of them belong to one only.
 *
 * <p>Operations of several logs (a size, a range, a batch over several keys) are linearizable like the others: all of
 * it happens at one moment. Those that read usually find the logs at rest for a moment, and cost about as much as a
 * read in each of them. Those that write wait for each other, and each replica applies them while it works at nothing
 * else in these logs.
 *
 * <pre>{@code
 * LogMapper<MapOp> byKey = (op, logs) -> op.key() == null ? LogSet.all() : LogSet.ofHash(op.key().hashCode(), logs);
 * try (var map = ConcurrentNodeReplicated.builder(MyMap::new, byKey).logs(4).build()) {   // MyMap implements
 * ConcurrentDispatch
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
 * @param <A> what they answer
 */
public final class ConcurrentNodeReplicated<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final MultiLog<R, W, A> logs;
    private final CutFollowerRegistry<R, W, A> enrolment;

    /** Whether there is nothing to ask the mappers. */
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
     * @param supplier makes the structure of one replica; called once a replica, on a thread of its node where there
     *     are several. All structures must be equal: empty, or with the same contents
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
     * Answers a read from the state that the calling thread's replica has just now, which may lack writes that have
     * returned. It does not wait for the replica to apply them; while a write is being applied, it waits for the end of
     * that. A read of several logs sees each of them at some such state, and a write of several logs in all of them or
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
        // A writer is at work: then one that waits for its turn is as good.
        return read != null ? read : new StaleRead<>(logs.executeAcross(op, of, replica, threadId), /* lag= */ 0);
    }

    /**
     * Applies a write to all replicas and answers it. Throws what {@code dispatchMut} threw, as it is; where another
     * thread ran it, the caller's stack is among the suppressed exceptions.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalArgumentException if the mapper answers a log there is not
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
     * @throws BatchFailedException if operations threw; the others are applied all the same
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
     * Submits a write and does not wait for it. The future is completed with its answer or with what it threw, by a
     * thread of the executor given to the builder.
     *
     * <p>Asynchronous writes of one thread are applied in the order it submitted them, whatever their logs. A
     * synchronous operation that it calls before the future is done may come before or after. While 4096 submissions
     * are waiting, a further one first applies some of them.
     *
     * @throws NullPointerException if {@code op} is null, or the mapper answers null
     * @throws IllegalStateException as {@link #executeMut}; a submission that meets a close under way is completed,
     *     perhaps with this exception, and then without effect
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
     * Ties the calling thread to the replica of the node it runs on. The fastest way for a thread that stays there; not
     * needed for correctness.
     *
     * @return a token for this thread, to be closed by it
     */
    public ConcurrentThreadToken<R, W, A> register() {
        return register(logs.serving(MultiLog.NEAREST, Operations.currentThreadId()));
    }

    /**
     * Ties the calling thread to a replica.
     *
     * @param replica its number, from 0
     * @throws IllegalArgumentException if no replica of that number serves
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

    /** The number of the replica that serves a token's thread. */
    int serving(int replica, long threadId) {
        return logs.serving(replica, threadId);
    }

    /** How many replicas serve. */
    public int replicas() {
        return logs.replicas().size();
    }

    /** How many logs there are. */
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
     * Brings every replica up to the end of each log as it is at the call, and lets go of the operations that the logs
     * hold. Never needed for correctness.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public void sync() {
        logs.sync(Operations.currentThreadId());
    }

    // ---- replicas at run time ----

    /**
     * Adds a replica on a node, made by the builder's {@link Builder#copier} from one that serves, and returns its
     * number. Threads of the node are served by it from now on. While the copier runs, writes of the replica that is
     * copied wait, as do those of several logs, and in the end all writes.
     *
     * @param node the number of the node in the topology
     * @throws IllegalArgumentException if the topology has no such node
     * @throws IllegalStateException if the builder was given no copier, if the copier threw or did not return a new
     *     structure, and as {@link #execute}; nothing has changed then
     */
    public int addReplica(int node) {
        return logs.reconfiguration().add(node, Operations.currentThreadId());
    }

    /**
     * Removes a replica. Its operations under way are completed; threads it served, and tokens for it, go over to
     * another one by themselves. Its structure is closed if it is {@link AutoCloseable}.
     *
     * @param replica its number; one in quarantine can be removed too
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
     * @param digest makes of a structure what equal structures have equal, by {@code equals}: a hash, a sum, a size
     * @return how many writes the replicas had applied, those of several logs counted in each of them
     * @throws ReplicasDifferException if they are not all equal; it tells which
     * @throws IllegalStateException as {@link #execute}
     */
    public <D extends ConcurrentDispatch<R, W, A>> long verify(Function<? super D, ? extends @Nullable Object> digest) {
        return Verification.verify(
                logs.reconfiguration(), Operations.ofStructure(digest), Operations.currentThreadId());
    }

    /** Calls {@link #verify} again and again; as {@link NodeReplicated#verifyEvery}. */
    public <D extends ConcurrentDispatch<R, W, A>> RepeatedVerification verifyEvery(
            Duration period,
            Function<? super D, ? extends @Nullable Object> digest,
            Consumer<? super ReplicasDifferException> onDifference) {
        Objects.requireNonNull(digest, "digest must not be null: pass one such as MyStructure::hashCode");
        logs.checkUsable();
        return Verification.every(
                this, period, instance -> instance.verify(digest), instance -> instance.logs.isEnding(), onDifference);
    }

    /** How many writes there have been in each log; read one after the other while the instance works. */
    public LogIndexes indexes() {
        return new LogIndexes(logs.indexes());
    }

    // ---- snapshots and followers ----

    /**
     * Calls a function with the structure of the calling thread's replica, as it is at one moment of all logs, and
     * tells which writes it had. It has every write that returned before this call.
     *
     * <p>While the function runs, writes of threads of the same replica wait for its end; those of other replicas go on
     * until a log is full ({@link Builder#logCapacity}), then they wait too. Reads go on; only where so many write that
     * no such moment comes about by itself, those of the same replica wait too. So a function that takes long stops
     * writers for about as long; let it take a cheap copy, and work on that.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param function makes something of the structure, which must not be a view of it; as {@link Dispatch#dispatch},
     *     it changes nothing, may run beside reads, on any thread, and must not call back. What it throws is thrown
     *     here, and changes nothing
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
     * some under way.
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
     * @param consumer makes the consumer of the snapshot; called once, on this thread
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

    /** What happened so far. */
    public CnrStats stats() {
        return new CnrStats(logs.stats(), logs.crossings(), logs.readCuts());
    }

    /**
     * Ends all service. Operations under way and writes published before are completed, later ones are refused; each
     * operation is either one or the other. Waits for the former. Structures that are {@link AutoCloseable} are closed
     * then, once each. Followers go on until they have received all writes, which this does not wait for. Closing twice
     * does nothing.
     *
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance
     */
    @Override
    public void close() {
        logs.close(Operations.currentThreadId());
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
         * How many logs; by default one for four processors, at least two. More let more writes run side by side, and
         * make operations of all logs dearer.
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
         * How many replicas; by default one for each node of the topology. Fewer save memory; more than nodes is for
         * tests.
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

        /**
         * How to copy a structure: needed to {@linkplain ConcurrentNodeReplicated#addReplica add} replicas at run time,
         * and to rebuild one that ran into a {@link VirtualMachineError}. By default there is no way. See {@link
         * NodeReplicated.Builder#copier}.
         *
         * @param <D> the class of the structures, as built by the supplier
         * @param copier returns a new structure of the same contents, which shares nothing with the old one that writes
         *     change; called beside reads, and changes nothing
         */
        public <D extends ConcurrentDispatch<R, W, A>> Builder<R, W, A> copier(
                Function<? super D, ? extends D> copier) {
            this.copier = Operations.ofStructure(
                    Objects.requireNonNull(copier, "copier must not be null: pass one such as MyStructure::copy"));
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

        /**
         * Where asynchronous writes are applied and their futures completed; by default {@link
         * ForkJoinPool#commonPool}.
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
