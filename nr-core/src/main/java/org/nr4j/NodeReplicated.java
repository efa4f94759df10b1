package org.nr4j;

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
import org.nr4j.internal.admin.Closing;
import org.nr4j.internal.admin.ExclusiveAccess;
import org.nr4j.internal.admin.FollowerRegistry;
import org.nr4j.internal.admin.Initialization;
import org.nr4j.internal.admin.Operations;
import org.nr4j.internal.admin.Reconfiguration;
import org.nr4j.internal.admin.Settings;
import org.nr4j.internal.admin.Statistics;
import org.nr4j.internal.admin.Verification;
import org.nr4j.internal.async.AsyncSubmissions;
import org.nr4j.internal.combine.Responses;
import org.nr4j.internal.follow.LogFollower;
import org.nr4j.internal.lock.Backoff;
import org.nr4j.internal.replica.Replica;
import org.nr4j.internal.replica.ReplicaSet;
import org.nr4j.topology.NumaTopology;

/**
 * A linearizable concurrent structure made from a sequential one by node replication (Calciu, Sen, Balakrishnan,
 * Aguilera: <i>Black-box Concurrent Data Structures for NUMA Architectures</i>, ASPLOS 2017).
 *
 * <p>Each NUMA node gets a replica of the structure. The threads of a node put their writes into one shared log, in
 * batches. Every replica applies the log in order. A write returns once its own replica has applied it. A read runs on
 * the replica of its node, beside other reads. It first waits until that replica has applied every write that returned
 * before the read began.
 *
 * <pre>{@code
 * try (var map = NodeReplicated.builder(MyMap::new).build()) {   // MyMap implements Dispatch
 *     map.executeMut(new Put("k", 1));
 *     map.execute(new Get("k"));
 * }
 * }</pre>
 *
 * <ul>
 *   <li><b>Threads</b>: any thread, platform or virtual, may use the instance without registration. A thread that stays
 *       on its node can {@link #register}, to skip the look-up of its node.
 *   <li><b>Progress</b>: one running thread is enough for everything to be served, even if the other threads and their
 *       replicas are idle. A thread that is descheduled inside an operation delays those that need its replica's lock,
 *       until it runs again.
 *   <li><b>Memory</b>: actions of a thread before it submits a write happen before the actions of any thread after a
 *       read or write that saw this write.
 *   <li><b>Interrupts</b>: a waiting thread ignores them and keeps its interrupt status.
 *   <li><b>User code</b> may throw: see {@link Dispatch}.
 * </ul>
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> the type of the answers
 */
public final class NodeReplicated<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final ReplicaSet<R, W, A> replicas;
    private final Reconfiguration<R, W, A> reconfiguration;
    private final FollowerRegistry<R, W, A> enrolment;
    private final NumaTopology topology;
    private final AsyncSubmissions<W, A> asyncSubmissions;

    /**
     * The replica that works alone, so that each operation needs one load to find it, not a chain of them. Null if
     * there are several replicas.
     *
     * <p>The field may be out of date and refer to a retired replica. That replica redirects the call, and the caller
     * looks it up again. Volatile, so that a thread that finds the replica sees all of it.
     */
    private volatile @Nullable Replica<R, W, A> single;

    private NodeReplicated(Builder<R, W, A> builder) {
        Initialization.ensure();
        Settings settings = builder.settings;
        this.topology = settings.topology();
        List<Integer> nodes = settings.nodes(topology);
        this.replicas = new ReplicaSet<>(settings.logCapacity(), settings.waitStrategy());
        List<Dispatch<R, W, A>> structures = Settings.build(builder.supplier, topology, nodes);
        this.reconfiguration =
                new Reconfiguration<>(replicas, topology, structures, nodes, builder.copier, Closing::closeQuietly);
        this.enrolment = new FollowerRegistry<>(replicas);
        this.asyncSubmissions = new AsyncSubmissions<>(this::applyAll, settings.executor(), replicas::newBackoff);
        this.single = replicas.sole();
    }

    /**
     * Starts building an instance.
     *
     * @param supplier builds the structure of one replica. It is called once for each replica, on a thread of the
     *     replica's node if there are several nodes. All structures must be equal: empty, or with the same contents
     */
    public static <R, W, A extends @Nullable Object> Builder<R, W, A> builder(
            Supplier<? extends Dispatch<R, W, A>> supplier) {
        return new Builder<>(Objects.requireNonNull(
                supplier, "supplier must not be null: pass a constructor reference such as MyMap::new"));
    }

    /**
     * Answers a read. It sees every write of any thread that returned before this call.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or
     *     after {@link #close}
     */
    public A execute(R op) {
        Operations.require(op);
        long threadId = Operations.currentThreadId();
        return execute(replicaOf(threadId), op, threadId);
    }

    A execute(Replica<R, W, A> replica, R op, long threadId) {
        A answer = replica.execute(op, threadId);
        return Replica.isRedirected(answer)
                ? callElsewhere(replica, other -> other.execute(op, threadId), threadId)
                : answer;
    }

    /**
     * Repeats a call at a replica that serves, after a retired one has redirected it. Also looks up the replica that
     * works alone.
     */
    private <T extends @Nullable Object> T callElsewhere(
            Replica<R, W, A> retired, Function<Replica<R, W, A>, T> call, long threadId) {
        single = replicas.sole();
        return replicas.callElsewhere(retired, call, threadId);
    }

    private Replica<R, W, A> replicaOf(long threadId) {
        Replica<R, W, A> single = this.single;
        return single != null ? single : replicas.replicaOf(threadId);
    }

    /**
     * Answers a read from the present state of the calling thread's replica, which may lack writes that have returned.
     * It does not wait for the replica to apply them. While a write is being applied, it asks another replica, or waits
     * for the end of that write. For readers that prefer an old answer at once to a new one soon.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException as {@link #execute}
     */
    public StaleRead<A> executeStale(R op) {
        Operations.require(op);
        long threadId = Operations.currentThreadId();
        return executeStale(replicaOf(threadId), op, threadId);
    }

    StaleRead<A> executeStale(Replica<R, W, A> replica, R op, long threadId) {
        StaleRead<A> read = replicas.tryReadStale(replica, op, threadId);
        // All replicas have an active writer. Then a read that waits for its turn is no worse.
        return read != null ? read : new StaleRead<>(execute(replica, op, threadId), /* lag= */ 0);
    }

    /**
     * Applies a write to all replicas and answers it. If {@code dispatchMut} throws, throws the same exception. If
     * another thread ran {@code dispatchMut}, the caller's stack is among the suppressed exceptions.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance,
     *     from the consumer of a follower that slows writers down, or after {@link #close}; the operation has no effect
     *     then
     * @throws AnswerLostException if the operation has taken effect, but its answer was lost with a replica
     */
    public A executeMut(W op) {
        Operations.require(op);
        long threadId = Operations.currentThreadId();
        return executeMut(replicaOf(threadId), op, threadId);
    }

    A executeMut(Replica<R, W, A> replica, W op, long threadId) {
        A answer = replica.executeMut(op, threadId);
        return Replica.isRedirected(answer)
                ? callElsewhere(replica, other -> other.executeMut(op, threadId), threadId)
                : answer;
    }

    /**
     * Applies several writes as one: they are consecutive, and no read sees some of them without the others.
     *
     * @return the answers, in the order of the operations; unmodifiable
     * @throws BatchFailedException if an operation threw; the others are applied nevertheless
     * @throws NullPointerException if {@code ops} or one of them is null; then none is applied
     * @throws IllegalStateException as {@link #executeMut}
     */
    public List<A> executeMutAll(List<? extends W> ops) {
        long threadId = Operations.currentThreadId();
        return executeMutAll(replicaOf(threadId), ops, threadId);
    }

    /**
     * Submits a write without waiting for it. A thread of the builder's executor completes the future with the answer,
     * or with the exception that the write threw.
     *
     * <p>Asynchronous writes of one thread are applied in the order of their submission. A synchronous operation that
     * the thread calls before a future is done may take effect before or after that write. While 4096 submissions are
     * waiting, a further submission first applies some of them.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException as {@link #executeMut}. During a close, the future may complete with this exception
     *     instead; the write then has no effect
     */
    public CompletableFuture<A> executeMutAsync(W op) {
        Operations.require(op);
        replicas.checkUsable();
        replicas.refuseInside(Operations.currentThreadId());
        replicas.followers().refuseConsumer(Operations.currentThreadId());
        return asyncSubmissions.submit(op);
    }

    /**
     * Ties the calling thread to the replica of its present node. This is the fastest way for a thread that stays on
     * its node. It is not needed for correctness.
     *
     * @return a token for this thread, which the thread must close
     */
    public ThreadToken<R, W, A> register() {
        replicas.checkUsable();
        return new ThreadToken<>(this, replicaOf(Operations.currentThreadId()), Thread.currentThread());
    }

    /**
     * Ties the calling thread to a replica.
     *
     * @param replica its number, from 0
     * @throws IllegalArgumentException if no replica with that number serves
     */
    public ThreadToken<R, W, A> register(int replica) {
        for (Replica<R, W, A> one : replicas.all()) {
            if (one.id() == replica) {
                replicas.checkUsable();
                return new ThreadToken<>(this, one, Thread.currentThread());
            }
        }
        throw new IllegalArgumentException("replica must be one that serves: replica=" + replica + " replicas="
                + replicas.all().stream().map(Replica::id).toList()
                + "; call register() for the one of the calling thread's node");
    }

    /** Returns the number of replicas that serve. */
    public int replicas() {
        return replicas.all().size();
    }

    /**
     * Returns the number of writes so far. Writes are numbered from 0, in the order in which they take effect. So this
     * is also the number of the next write.
     */
    public long writeCount() {
        return replicas.index();
    }

    /**
     * Waits until the calling thread's replica has applied the writes 0 to {@code index - 1}. Later reads of this
     * thread see these writes, {@link #executeStale} included, while the thread stays on its node.
     *
     * <p>The thread applies the log itself if no other thread does. It applies all writes that the log holds at the
     * call. A thread that does not use {@link #executeStale} need not call this method.
     *
     * @param index a number of writes, such as {@link Snapshot#index}, {@link Follower#index} or {@link #writeCount}
     * @throws IllegalArgumentException if {@code index} is negative, or more than {@link #writeCount}. Those writes may
     *     never come, so this method does not wait for them
     * @throws IllegalStateException as {@link #execute}
     */
    public void awaitApplied(long index) {
        long threadId = Operations.currentThreadId();
        awaitApplied(replicaOf(threadId), index, threadId);
    }

    void awaitApplied(Replica<R, W, A> replica, long index, long threadId) {
        replicas.awaitWrites(replica, index, threadId);
    }

    /**
     * Brings every replica up to the present end of the log, and drops the operations that the log holds. Never needed
     * for correctness. Useful for measurements, before a comparison of replicas, and before an idle time.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public void sync() {
        replicas.sync(Operations.currentThreadId());
    }

    // ---- snapshots and followers ----

    /**
     * Calls a function with the structure of the calling thread's replica. Returns the result, with the number of
     * writes that the structure had. It had every write that returned before this call.
     *
     * <p>While the function runs, reads go on everywhere. Writes of threads of the same replica wait for its end. Those
     * of other replicas go on until the log is full ({@link Builder#logCapacity}), then they wait too.
     *
     * <p>So a slow function stops writers for about as long as it runs. It should only take a cheap copy; the caller
     * can then work on the copy.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param function computes a result from the structure. The result must not be a view of it. Like
     *     {@link Dispatch#dispatch}, the function changes nothing, may run beside reads, and must not call back. An
     *     exception of the function is thrown here, and changes nothing
     * @throws IllegalStateException as {@link #execute}
     */
    public <D extends Dispatch<R, W, A>, S extends @Nullable Object> Snapshot<S> snapshot(
            Function<? super D, ? extends S> function) {
        Function<Dispatch<R, W, A>, S> of = Operations.ofStructure(function);
        return ExclusiveAccess.toOne(replicas, replica -> replica.holder().snapshot(of), Operations.currentThreadId());
    }

    /** Follows the writes from now on: see {@link #follow(LogConsumer, FollowerOptions)}. */
    public Follower follow(LogConsumer<W> consumer) {
        return follow(consumer, FollowerOptions.defaults());
    }

    /**
     * Lets a consumer receive every write from now on: all that begin after this call, and perhaps some in progress.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public Follower follow(LogConsumer<W> consumer, FollowerOptions options) {
        return followFrom(FollowerRegistry.NOW, consumer, options);
    }

    /**
     * Lets a consumer receive every write from a number on. For a consumer that knows its place, for example from a
     * {@link Snapshot}.
     *
     * @param index the number of the first write to receive
     * @throws IllegalArgumentException if the log does not hold that write any more, or {@code index} is more than
     *     {@link #writeCount}. With several replicas, the log holds a write until all have applied it, and some time
     *     after. With a single replica, it holds writes only while there is a follower. {@link #followSnapshot} never
     *     misses a write
     * @throws IllegalStateException as {@link #execute}
     */
    public Follower follow(long index, LogConsumer<W> consumer, FollowerOptions options) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be the number of a write: index=" + index
                    + "; use the index of a snapshot, or leave it out to follow from now");
        }
        return followFrom(index, consumer, options);
    }

    private Follower followFrom(long index, LogConsumer<W> consumer, FollowerOptions options) {
        Objects.requireNonNull(consumer, "consumer must not be null: pass what is to receive the writes");
        return new Follower(enrolment.follow(index, consumer, require(options), Operations.currentThreadId()), this);
    }

    /**
     * Takes a snapshot and follows from there, in one step.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param function as for {@link #snapshot}
     * @param consumer creates the consumer from the snapshot; called once, on this thread
     * @throws IllegalStateException as {@link #execute}
     */
    public <D extends Dispatch<R, W, A>, S extends @Nullable Object> Follower followSnapshot(
            Function<? super D, ? extends S> function,
            Function<? super Snapshot<S>, ? extends LogConsumer<W>> consumer,
            FollowerOptions options) {
        Objects.requireNonNull(consumer, "consumer must not be null: pass a function that makes it of the snapshot");
        return new Follower(
                enrolment.<S>follow(
                        Operations.ofStructure(function), consumer, require(options), Operations.currentThreadId()),
                this);
    }

    private static FollowerOptions require(FollowerOptions options) {
        return Objects.requireNonNull(options, "options must not be null: pass FollowerOptions.defaults()");
    }

    void close(LogFollower<?> follower) {
        try (Backoff backoff = replicas.newBackoff()) {
            follower.close(Operations.currentThreadId(), backoff);
        }
    }

    // ---- replicas at run time ----

    /**
     * Adds a replica on a node and returns its number. The builder's {@link Builder#copier} copies a replica that
     * serves. From then on, the new replica serves the threads of the node. While the copier runs, other threads wait
     * as in {@link #snapshot}.
     *
     * @param node the number of the node in the topology
     * @throws IllegalArgumentException if the topology has no such node
     * @throws IllegalStateException if the builder has no copier, if the copier threw or did not return a new
     *     structure, and as {@link #execute}; nothing has changed then
     */
    public int addReplica(int node) {
        int added = reconfiguration.add(node, Operations.currentThreadId());
        single = replicas.sole();
        return added;
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
        reconfiguration.remove(replica, Operations.currentThreadId());
        single = replicas.sole();
    }

    /**
     * Compares all replicas after the same writes. They differ if {@code dispatchMut} is not deterministic, which
     * nothing else detects. The function runs on one replica after the other. Meanwhile, reads go on and writes wait.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param digest computes a value of a structure, such as a hash, a sum or a size. Equal structures must have equal
     *     values
     * @return how many writes the replicas had applied
     * @throws ReplicasDifferException if they are not all equal; it says which differ
     * @throws IllegalStateException as {@link #execute}
     */
    public <D extends Dispatch<R, W, A>> long verify(Function<? super D, ? extends @Nullable Object> digest) {
        return Verification.verify(reconfiguration, Operations.ofStructure(digest), Operations.currentThreadId());
    }

    /**
     * Calls {@link #verify} repeatedly, on a daemon thread. Logs each difference and passes it to {@code onDifference}.
     *
     * <p>The verification ends when it or this instance is closed, or when this instance is unreachable. The thread
     * holds the instance weakly. So {@code digest} and {@code onDifference} should not refer to the instance.
     *
     * <p>If {@code digest} or {@code onDifference} throws, the failure is logged and the verification goes on.
     *
     * @param period the time from the end of one call to the next, at least a millisecond
     * @throws IllegalArgumentException if the period is shorter
     */
    public <D extends Dispatch<R, W, A>> RepeatedVerification verifyEvery(
            Duration period,
            Function<? super D, ? extends @Nullable Object> digest,
            Consumer<? super ReplicasDifferException> onDifference) {
        Objects.requireNonNull(digest, "digest must not be null: pass one such as MyStructure::hashCode");
        replicas.checkUsable();
        return Verification.every(
                this,
                period,
                instance -> instance.verify(digest),
                instance -> instance.replicas.isClosing() || instance.replicas.isStopped(),
                onDifference);
    }

    // ---- state ----

    /** Returns the statistics so far. */
    public NrStats stats() {
        return Statistics.of(replicas, reconfiguration.gone(), topology);
    }

    /**
     * Ends all service. Operations in progress and writes published before are completed; later operations are refused.
     * Each operation is either one or the other. This method waits for the operations in progress. Then it closes
     * structures that are {@link AutoCloseable}.
     *
     * <p>Followers continue until they have received all writes. This method does not wait for them. Closing twice does
     * nothing.
     *
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance
     */
    @Override
    public void close() {
        reconfiguration.close(Operations.currentThreadId());
    }

    List<A> executeMutAll(Replica<R, W, A> replica, List<? extends W> ops, long threadId) {
        Object[] array = Operations.copyOf(ops);
        replicas.checkUsable();
        return array.length == 0 ? List.of() : Operations.answersOf(applyAll(replica, array, threadId));
    }

    private Responses applyAll(Object[] ops) {
        long threadId = Operations.currentThreadId();
        return applyAll(replicaOf(threadId), ops, threadId);
    }

    private Responses applyAll(Replica<R, W, A> replica, Object[] ops, long threadId) {
        Responses answers = replica.executeMutAll(ops, threadId);
        return Replica.isRedirected(answers)
                ? callElsewhere(replica, other -> other.executeMutAll(ops, threadId), threadId)
                : answers;
    }

    /** Returns the replica that serves in the place of one that may be retired. */
    Replica<R, W, A> successor(Replica<R, W, A> replica, long threadId) {
        return replicas.successor(replica, threadId);
    }

    /**
     * Builds a {@link NodeReplicated}. One thread at a time may use it. It can be used again.
     *
     * @param <R> the operations that read
     * @param <W> the operations that write
     * @param <A> the type of the answers
     */
    public static final class Builder<R, W, A extends @Nullable Object> {
        /** The default of {@link #logCapacity}. */
        public static final int DEFAULT_LOG_CAPACITY = Settings.DEFAULT_LOG_CAPACITY;

        private final Supplier<? extends Dispatch<R, W, A>> supplier;
        private @Nullable Function<Dispatch<R, W, A>, ? extends @Nullable Dispatch<R, W, A>> copier;
        private final Settings settings = new Settings();

        private Builder(Supplier<? extends Dispatch<R, W, A>> supplier) {
            this.supplier = supplier;
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
         * Sets how many entries the log holds; an entry is a batch of writes of one node's threads. If a replica lags
         * further behind, other threads bring it up to date. A single replica has no log.
         *
         * @throws IllegalArgumentException if not a power of two from 1 to 2^28
         */
        public Builder<R, W, A> logCapacity(int entries) {
            settings.logCapacity(entries);
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
         * Sets how to copy a structure. A copier is needed to {@linkplain NodeReplicated#addReplica add} replicas at
         * run time, and to rebuild a replica after a {@link VirtualMachineError}. By default there is none.
         *
         * <p>The copier runs on a thread of the new replica's node. Meanwhile, writers of the copied replica wait, and
         * all writers once the log is full. So the copy should be cheap. Ideal is a persistent structure, or one that
         * copies its parts when they are next written.
         *
         * @param <D> the class of the structures, as built by the supplier
         * @param copier returns a new structure with the same contents. The two share nothing that a write changes. It
         *     is called beside reads, and changes nothing
         */
        // if the structures are not of the class that the caller claims, the copier throws
        @SuppressWarnings("unchecked")
        public <D extends Dispatch<R, W, A>> Builder<R, W, A> copier(Function<? super D, ? extends D> copier) {
            this.copier = (Function<Dispatch<R, W, A>, Dispatch<R, W, A>>) (Function<?, ?>)
                    Objects.requireNonNull(copier, "copier must not be null: pass one such as MyStructure::copy");
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
        public NodeReplicated<R, W, A> build() {
            return new NodeReplicated<>(this);
        }
    }
}
