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
import org.nr4j.internal.combine.AsyncSubmissions;
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
 * <p>Each NUMA node gets a replica of the structure. A write goes into one shared log, in batches that a node's threads
 * make together, and every replica applies the log in order; it returns once its own replica has. A read runs on the
 * replica of its node, beside other reads, once that replica has applied every write that returned before the read
 * began.
 *
 * <pre>{@code
 * try (var map = NodeReplicated.builder(MyMap::new).build()) {   // MyMap implements Dispatch
 *     map.executeMut(new Put("k", 1));
 *     map.execute(new Get("k"));
 * }
 * }</pre>
 *
 * <p><b>Threads</b>: any, platform or virtual, without registration; {@link #register} is there for threads that stay
 * on their node and want to skip the look-up. <b>Progress</b>: one running thread is enough for everything to be
 * served, however idle the others and their replicas are; a thread that is descheduled inside an operation delays those
 * that need its replica's lock until it runs again. <b>Memory</b>: what a thread did before submitting a write happens
 * before what any thread does after a read or write that saw it. <b>Interrupts</b> end no wait, and are kept. <b>User
 * code</b> may throw: see {@link Dispatch}.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer
 */
public final class NodeReplicated<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final ReplicaSet<R, W, A> replicas;
    private final Reconfiguration<R, W, A> reconfiguration;
    private final FollowerRegistry<R, W, A> enrolment;
    private final NumaTopology topology;
    private final AsyncSubmissions<W, A> asyncSubmissions;

    /**
     * The replica that works alone, to which no way has to be found: one load instead of a chain of them before each
     * operation. Null where there are several. May be out of date: then it is one that is retired, says so, and is
     * looked up anew; volatile, so that who finds it sees it whole.
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
     * @param supplier makes the structure of one replica; called once a replica, on a thread of its node where there
     *     are several. All structures must be equal: empty, or with the
     *     same contents
     */
    public static <R, W, A extends @Nullable Object> Builder<R, W, A> builder(
            Supplier<? extends Dispatch<R, W, A>> supplier) {
        return new Builder<>(Objects.requireNonNull(
                supplier, "supplier must not be null: pass a constructor reference such as MyMap::new"));
    }

    /**
     * Answers a read. Sees every write that returned before this call, by whatever thread.
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

    /** A replica was retired: looks up the one that works alone, and repeats the call where it is served. */
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
     * Answers a read from the state that the calling thread's replica has just now, which may lack writes that have
     * returned. It does not wait for the replica to apply them; while a write is being applied, it asks another replica
     * or waits for the end of that. For readers to whom an old answer at once is worth more than a new one soon.
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
        // All are writing at this moment: then one that waits for its turn is as good.
        return read != null ? read : new StaleRead<>(execute(replica, op, threadId), /* lag= */ 0);
    }

    /**
     * Applies a write to all replicas and answers it. Throws what {@code dispatchMut} threw, as it is; where another
     * thread ran it, the caller's stack is among the suppressed exceptions.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance,
     *     from the consumer of a follower that slows writers down, or after {@link #close}; the operation has no effect
     *     then
     * @throws AnswerLostException if the operation has taken effect, but its answer went with a replica
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
     * @throws BatchFailedException if operations threw; the others are applied all the same
     * @throws NullPointerException if {@code ops} or one of them is null; then none is applied
     * @throws IllegalStateException as {@link #executeMut}
     */
    public List<A> executeMutAll(List<? extends W> ops) {
        long threadId = Operations.currentThreadId();
        return executeMutAll(replicaOf(threadId), ops, threadId);
    }

    /**
     * Submits a write and does not wait for it. The future is completed with its answer or with what it threw, by a
     * thread of the executor given to the builder.
     *
     * <p>Asynchronous writes of one thread are applied in the order it submitted them. A synchronous operation that it
     * calls before the future is done may come before or after. While 4096 submissions are waiting, a further one first
     * applies some of them.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException as {@link #executeMut}; a submission that meets a close under way is completed,
     *     perhaps with this exception, and then without effect
     */
    public CompletableFuture<A> executeMutAsync(W op) {
        Operations.require(op);
        replicas.checkUsable();
        replicas.refuseInside(Operations.currentThreadId());
        replicas.followers().refuseConsumer(Operations.currentThreadId());
        return asyncSubmissions.submit(op);
    }

    /**
     * Ties the calling thread to the replica of the node it runs on. The fastest way for a thread that stays there; not
     * needed for correctness.
     *
     * @return a token for this thread, to be closed by it
     */
    public ThreadToken<R, W, A> register() {
        replicas.checkUsable();
        return new ThreadToken<>(this, replicaOf(Operations.currentThreadId()), Thread.currentThread());
    }

    /**
     * Ties the calling thread to a replica.
     *
     * @param replica its number, from 0
     * @throws IllegalArgumentException if no replica of that number serves
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

    /** How many replicas serve. */
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
     * Brings every replica up to the end of the log as it is at the call, and lets go of the operations it holds. Never
     * needed for correctness: for measurements, before comparing replicas, before an idle time.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public void sync() {
        replicas.sync(Operations.currentThreadId());
    }

    // ---- snapshots and followers ----

    /**
     * Calls a function with the structure of the calling thread's replica, and tells which writes it had. It has every
     * write that returned before this call.
     *
     * <p>While the function runs, reads go on everywhere. Writes of threads of the same replica wait for its end; those
     * of other replicas go on until the log is full ({@link Builder#logCapacity}), then they wait too. So a function
     * that takes long stops writers for about as long; let it take a cheap copy, and work on that.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param function makes something of the structure, which must not be a view of it; as {@link Dispatch#dispatch},
     *     it changes nothing, may run beside reads, and must not call back. What it throws is thrown here, and changes
     *     nothing
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
     * Lets a consumer receive every write from now on: all that begin after this call, and perhaps some under way.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public Follower follow(LogConsumer<W> consumer, FollowerOptions options) {
        return followFrom(FollowerRegistry.NOW, consumer, options);
    }

    /**
     * Lets a consumer receive every write from a number on, for one that knows where it was, say from a {@link
     * Snapshot}.
     *
     * @param index the number of the first write to receive
     * @throws IllegalArgumentException if the log does not hold that write any more, or {@code index} is more than
     *     {@link #writeCount}. With several replicas, the log holds writes until all have applied them and
     *     some time after; with a single one only while there is a follower. {@link #followSnapshot} never misses a
     *     write
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
     * @param consumer makes the consumer of the snapshot; called once, on this thread
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
     * Adds a replica on a node, made by the builder's {@link Builder#copier} from one that serves, and returns its
     * number. Threads of the node are served by it from now on. While the copier runs, others wait as in {@link
     * #snapshot}.
     *
     * @param node the number of the node in the topology
     * @throws IllegalArgumentException if the topology has no such node
     * @throws IllegalStateException if the builder was given no copier, if the copier threw or did not return a new
     *     structure, and as {@link #execute}; nothing has changed then
     */
    public int addReplica(int node) {
        int added = reconfiguration.add(node, Operations.currentThreadId());
        single = replicas.sole();
        return added;
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
        reconfiguration.remove(replica, Operations.currentThreadId());
        single = replicas.sole();
    }

    /**
     * Compares all replicas after the same writes. They differ if {@code dispatchMut} is not deterministic, which
     * nothing else would tell. While the function runs on one replica after the other, reads go on and writes wait.
     *
     * @param <D> the class of the structures, as built by the supplier
     * @param digest makes of a structure what equal structures have equal, by {@code equals}: a hash, a sum, a size
     * @return how many writes the replicas had applied
     * @throws ReplicasDifferException if they are not all equal; it tells which
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

    /** What happened so far. */
    public NrStats stats() {
        return Statistics.of(replicas, reconfiguration.gone(), topology);
    }

    /**
     * Ends all service. Operations under way and writes published before are completed, later ones are refused; each
     * operation is either one or the other. Waits for the former. Structures that are {@link AutoCloseable} are closed
     * then. Followers go on until they have received all writes, which this does not wait for. Closing twice does
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

    /** The replica that serves where one may be retired. */
    Replica<R, W, A> successor(Replica<R, W, A> replica, long threadId) {
        return replicas.successor(replica, threadId);
    }

    /**
     * Builds a {@link NodeReplicated}. For one thread at a time; can be used again.
     *
     * @param <R> the operations that read
     * @param <W> the operations that write
     * @param <A> what they answer
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
         * How many entries the log holds; an entry is a batch of writes of one node's threads. A replica that lags
         * further behind is brought up to date by the others. With a single replica there is no log.
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

        /**
         * How to copy a structure: needed to {@linkplain NodeReplicated#addReplica add} replicas at run time, and to
         * rebuild one that ran into a {@link VirtualMachineError}. By default there is no way.
         *
         * <p>Called on a thread of the new replica's node, while writers of the replica that is copied wait, and in the
         * end all writers: the cheaper the copy, the better. A persistent structure, or one whose parts are copied when
         * they are next written, is ideal.
         *
         * @param <D> the class of the structures, as built by the supplier
         * @param copier returns a new structure of the same contents, which shares nothing with the old one that writes
         *     change; called beside reads, and changes nothing
         */
        @SuppressWarnings("unchecked") // the structures are of the class that the caller says, or the copier throws
        public <D extends Dispatch<R, W, A>> Builder<R, W, A> copier(Function<? super D, ? extends D> copier) {
            this.copier = (Function<Dispatch<R, W, A>, Dispatch<R, W, A>>) (Function<?, ?>)
                    Objects.requireNonNull(copier, "copier must not be null: pass one such as MyStructure::copy");
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
        public NodeReplicated<R, W, A> build() {
            return new NodeReplicated<>(this);
        }
    }
}
