package org.nr4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.Answers;
import org.nr4j.internal.AsyncSubmissions;
import org.nr4j.internal.CombineCounters;
import org.nr4j.internal.Replica;
import org.nr4j.internal.Replicas;
import org.nr4j.internal.Router;
import org.nr4j.topology.NumaTopology;

/**
 * A linearizable concurrent structure made from a sequential one by node replication (Calciu, Sen, Balakrishnan, Aguilera: <i>Black-box Concurrent Data Structures for
 * NUMA Architectures</i>, ASPLOS 2017).
 *
 * <p>Each NUMA node gets a replica of the structure. A write goes into one shared log, in batches that a node's threads make together, and every replica applies
 * the log in order; it returns once its own replica has. A read runs on the replica of its node, beside other reads, once that replica has applied every write that returned
 * before the read began.
 *
 * <pre>{@code
 * try (var map = NodeReplicated.builder(MyMap::new).build()) {   // MyMap implements Dispatch
 *     map.executeMut(new Put("k", 1));
 *     map.execute(new Get("k"));
 * }
 * }</pre>
 *
 * <p><b>Threads</b>: any, platform or virtual, without registration; {@link #register} is there for threads that stay on their node and want to skip the
 * look-up. <b>Progress</b>: one running thread is enough for everything to be served, however idle the others and their replicas are; a thread that is descheduled inside an operation delays those that need its
 * replica's lock until it runs again. <b>Memory</b>: what a thread did before submitting a write happens before what any thread does after a read or write that saw it.
 * <b>Interrupts</b> end no wait, and are kept. <b>User code</b> may throw: see {@link Dispatch}.
 *
 * @param <R> the operations that read
 * @param <W> the operations that write
 * @param <A> what they answer
 */
public final class NodeReplicated<R, W, A extends @Nullable Object> implements AutoCloseable {
    private final Replicas<R, W, A> replicas;
    private final List<? extends Dispatch<R, W, A>> structures;
    private final Router router;
    private final NumaTopology topology;
    private final AsyncSubmissions<W, A> asyncSubmissions;
    /** The replica where there is only one, to which no way has to be found. */
    private final @Nullable Replica<R, W, A> single;

    private NodeReplicated(Builder<R, W, A> builder) {
        this.topology = builder.topology == null ? NumaTopology.detect() : builder.topology;
        int count = builder.replicas == 0 ? topology.nodeCount() : builder.replicas;
        this.router = new Router(topology, count);
        this.structures = build(builder.supplier, count);
        this.replicas = new Replicas<>(structures, builder.logCapacity, builder.waitStrategy);
        this.single = count == 1 ? replicas.all().get(0) : null;
        this.asyncSubmissions = new AsyncSubmissions<>(this::applyAll, builder.executor, replicas::newBackoff);
    }

    /** Builds each structure on its node, so that its memory comes from there. */
    private List<Dispatch<R, W, A>> build(Supplier<? extends Dispatch<R, W, A>> supplier, int count) {
        DistinctInstances<Dispatch<R, W, A>> structures = new DistinctInstances<>(supplier);
        List<Dispatch<R, W, A>> result = new ArrayList<>();
        for (int replica = 0; replica < count; replica++) {
            result.add(topology.runOn(router.nodeOf(replica), structures));
        }
        return result;
    }

    /**
     * Starts building an instance.
     *
     * @param supplier makes the structure of one replica; called once a replica, on a thread of its node where there are several. All structures must be equal: empty, or with the
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
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or after {@link #close}
     */
    public A execute(R op) {
        requireOperation(op);
        long threadId = currentThreadId();
        return replicaOf(threadId).execute(op, threadId);
    }

    /**
     * Applies a write to all replicas and answers it. Throws what {@code dispatchMut} threw, as it is; where another thread ran it, the caller's stack is among the suppressed exceptions.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or after {@link #close}; the operation has no effect then
     */
    public A executeMut(W op) {
        requireOperation(op);
        long threadId = currentThreadId();
        return replicaOf(threadId).executeMut(op, threadId);
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
        long threadId = currentThreadId();
        return executeMutAll(replicaOf(threadId), ops, threadId);
    }

    /**
     * Submits a write and does not wait for it. The future is completed with its answer or with what it threw, by a thread of the executor given to the builder.
     *
     * <p>Asynchronous writes of one thread are applied in the order it submitted them. A synchronous operation that it calls before the future is done may come before or after. While 4096 submissions
     * are waiting, a further one first applies some of them.
     *
     * @throws NullPointerException if {@code op} is null
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance, or after {@link #close}; a submission that meets a close under way is completed, perhaps with this exception, and then without effect
     */
    public CompletableFuture<A> executeMutAsync(W op) {
        requireOperation(op);
        replicas.checkUsable();
        replicas.refuseInside(currentThreadId());
        return asyncSubmissions.submit(op);
    }

    /**
     * Ties the calling thread to the replica of the node it runs on. The fastest way for a thread that stays there; not needed for correctness.
     *
     * @return a token for this thread, to be closed by it
     */
    public ThreadToken<R, W, A> register() {
        return register(replicaOf(currentThreadId()).id());
    }

    /**
     * Ties the calling thread to a replica.
     *
     * @param replica its number, from 0
     * @throws IllegalArgumentException if there is no such replica
     */
    public ThreadToken<R, W, A> register(int replica) {
        if (replica < 0 || replica >= replicas()) {
            throw new IllegalArgumentException("replica must be at least 0 and less than replicas(): replica=" + replica
                    + " replicas=" + replicas() + "; call register() for the one of the calling thread's node");
        }
        replicas.checkUsable();
        return new ThreadToken<>(this, replicas.all().get(replica), Thread.currentThread());
    }

    /** How many replicas there are. */
    public int replicas() {
        return structures.size();
    }

    /**
     * Brings every replica up to the end of the log as it is at the call, and lets go of the operations it holds. Never needed for correctness: for measurements, before comparing replicas,
     * before an idle time.
     *
     * @throws IllegalStateException as {@link #execute}
     */
    public void sync() {
        replicas.sync(currentThreadId());
    }

    /** What happened so far. */
    public NrStats stats() {
        List<NrStats.ReplicaStats> each = new ArrayList<>();
        long appended = 0;
        long[] sizes = new long[CombineCounters.SIZE_CLASSES];
        long batches = 0;
        for (Replica<R, W, A> replica : replicas.all()) {
            CombineCounters counters = replica.counters();
            for (int sizeClass = 0; sizeClass < sizes.length; sizeClass++) {
                sizes[sizeClass] += counters.batches(sizeClass);
            }
            appended += counters.operations();
            each.add(new NrStats.ReplicaStats(
                    replica.id(), router.nodeOf(replica.id()), counters.operations(), replicas.lag(replica)));
        }
        List<Long> batchSizes = new ArrayList<>();
        for (long size : sizes) {
            batchSizes.add(size);
            batches += size;
        }
        return new NrStats(
                appended,
                batches,
                Collections.unmodifiableList(batchSizes),
                replicas.logCapacity(),
                replicas.logOccupancy(),
                replicas.helps(),
                replicas.waits().spins(),
                replicas.waits().yields(),
                replicas.waits().parks(),
                Collections.unmodifiableList(each),
                topology.placement().toString());
    }

    /**
     * Ends all service. Operations under way and writes published before are completed, later ones are refused; each operation is either one or the other. Waits for the former. Structures that are
     * {@link AutoCloseable} are closed then. Closing twice does nothing.
     *
     * @throws IllegalStateException if called from inside {@code dispatch} or {@code dispatchMut} of this instance
     */
    @Override
    public void close() {
        if (replicas.close(currentThreadId())) {
            Closing.closeAll(structures);
        }
    }

    List<A> executeMutAll(Replica<R, W, A> replica, List<? extends W> ops, long threadId) {
        if (ops == null) {
            throw new NullPointerException("a batch must not be null: ops=null; pass a list of operations");
        }
        replicas.checkUsable();
        Object[] array = ops.toArray();
        for (int i = 0; i < array.length; i++) {
            if (array[i] == null) {
                throw new NullPointerException("an operation must not be null: ops[" + i
                        + "]=null; leave it out, or use an operation that does nothing");
            }
        }
        if (array.length == 0) {
            return List.of();
        }
        return answersOf(replica.executeMutAll(array, threadId));
    }

    @SuppressWarnings("unchecked")
    private List<A> answersOf(Answers answers) {
        List<A> result = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            if (answers.failure(i) != null) {
                throw new BatchFailedException(answers, i);
            }
            result.add((A) answers.value(i));
        }
        return Collections.unmodifiableList(result);
    }

    private Answers applyAll(Object[] ops) {
        long threadId = currentThreadId();
        return replicaOf(threadId).executeMutAll(ops, threadId);
    }

    private Replica<R, W, A> replicaOf(long threadId) {
        Replica<R, W, A> single = this.single;
        return single != null ? single : replicas.all().get(router.replicaOf(threadId));
    }

    static void requireOperation(@Nullable Object op) {
        if (op == null) {
            throw new NullPointerException("an operation must not be null: op=null; pass an operation object");
        }
    }

    @SuppressWarnings("deprecation") // threadId() is there from JDK 19 on only
    static long currentThreadId() {
        return Thread.currentThread().getId();
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
        public static final int DEFAULT_LOG_CAPACITY = 4096;

        private static final int LARGEST_LOG_CAPACITY = 1 << 28;

        private final Supplier<? extends Dispatch<R, W, A>> supplier;
        private int replicas;
        private int logCapacity = DEFAULT_LOG_CAPACITY;
        private @Nullable NumaTopology topology;
        private WaitStrategy waitStrategy = WaitStrategy.adaptive();
        private Executor executor = ForkJoinPool.commonPool();

        private Builder(Supplier<? extends Dispatch<R, W, A>> supplier) {
            this.supplier = supplier;
        }

        /**
         * How many replicas; by default one for each node of the topology. Fewer save memory; more than nodes is for tests.
         *
         * @throws IllegalArgumentException if less than 1
         */
        public Builder<R, W, A> replicas(int replicas) {
            if (replicas < 1) {
                throw new IllegalArgumentException(
                        "replicas must be at least 1: replicas=" + replicas + "; leave it out for one replica a node");
            }
            this.replicas = replicas;
            return this;
        }

        /**
         * How many entries the log holds; an entry is a batch of writes of one node's threads. A replica that lags further behind is brought up to date by the others. With a single replica there is no log.
         *
         * @throws IllegalArgumentException if not a power of two from 1 to 2^28
         */
        public Builder<R, W, A> logCapacity(int entries) {
            if (entries < 1 || entries > LARGEST_LOG_CAPACITY || Integer.bitCount(entries) != 1) {
                throw new IllegalArgumentException(
                        "logCapacity must be a power of two from 1 to " + LARGEST_LOG_CAPACITY + ": logCapacity="
                                + entries + "; the nearest is " + nearestPowerOfTwo(entries));
            }
            this.logCapacity = entries;
            return this;
        }

        /** The nodes to place replicas on; by default {@link NumaTopology#detect}. */
        public Builder<R, W, A> topology(NumaTopology topology) {
            this.topology = Objects.requireNonNull(
                    topology, "topology must not be null: pass NumaTopology.detect() or leave it out");
            return this;
        }

        /** How threads wait for each other; by default {@link WaitStrategy#adaptive}. */
        public Builder<R, W, A> waitStrategy(WaitStrategy waitStrategy) {
            this.waitStrategy = Objects.requireNonNull(
                    waitStrategy, "waitStrategy must not be null: pass WaitStrategy.adaptive() or leave it out");
            return this;
        }

        /** Where asynchronous writes are applied and their futures completed; by default {@link ForkJoinPool#commonPool}. */
        public Builder<R, W, A> executor(Executor executor) {
            this.executor = Objects.requireNonNull(
                    executor, "executor must not be null: pass an executor or leave it out for the common pool");
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

        private static int nearestPowerOfTwo(int entries) {
            int inRange = Math.max(1, Math.min(entries, LARGEST_LOG_CAPACITY));
            int below = Integer.highestOneBit(inRange);
            return inRange - below <= 2 * below - inRange ? below : 2 * below;
        }
    }
}
