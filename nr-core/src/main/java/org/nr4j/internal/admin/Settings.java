package org.nr4j.internal.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nr4j.WaitStrategy;
import org.nr4j.topology.NumaTopology;

/**
 * The options that the builders of the façades share, with their checks and defaults. One thread at a time may use an
 * instance.
 */
public final class Settings {
    /** The default of {@link #logCapacity(int)}. */
    public static final int DEFAULT_LOG_CAPACITY = 4096;

    private static final int LARGEST_LOG_CAPACITY = 1 << 28;

    private int replicas;
    private int logCapacity = DEFAULT_LOG_CAPACITY;
    private @Nullable NumaTopology topology;
    private WaitStrategy waitStrategy = WaitStrategy.adaptive();
    private Executor executor = ForkJoinPool.commonPool();

    /** Sets the number of replicas. The default is one replica for each node. */
    public void replicas(int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException(
                    "replicas must be at least 1: replicas=" + replicas + "; leave it out for one replica a node");
        }
        this.replicas = replicas;
    }

    /** Sets how many entries a log holds: a power of two. */
    public void logCapacity(int entries) {
        if (entries < 1 || entries > LARGEST_LOG_CAPACITY || Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException("logCapacity must be a power of two from 1 to " + LARGEST_LOG_CAPACITY
                    + ": logCapacity=" + entries + "; the nearest is " + nearestPowerOfTwo(entries));
        }
        this.logCapacity = entries;
    }

    private static int nearestPowerOfTwo(int entries) {
        int inRange = Math.max(1, Math.min(entries, LARGEST_LOG_CAPACITY));
        int below = Integer.highestOneBit(inRange);
        return inRange - below <= 2 * below - inRange ? below : 2 * below;
    }

    /** Sets the nodes to place replicas on. */
    public void topology(NumaTopology topology) {
        this.topology = Objects.requireNonNull(
                topology, "topology must not be null: pass NumaTopology.detect() or leave it out");
    }

    /** Sets how threads wait. */
    public void waitStrategy(WaitStrategy waitStrategy) {
        this.waitStrategy = Objects.requireNonNull(
                waitStrategy, "waitStrategy must not be null: pass WaitStrategy.adaptive() or leave it out");
    }

    /** Sets the executor that applies asynchronous writes. */
    public void executor(Executor executor) {
        this.executor = Objects.requireNonNull(
                executor, "executor must not be null: pass an executor or leave it out for the common pool");
    }

    /** See {@link #logCapacity(int)}. */
    public int logCapacity() {
        return logCapacity;
    }

    /** See {@link #topology(NumaTopology)}. */
    public NumaTopology topology() {
        NumaTopology topology = this.topology;
        return topology == null ? NumaTopology.detect() : topology;
    }

    /** See {@link #waitStrategy(WaitStrategy)}. */
    public WaitStrategy waitStrategy() {
        return waitStrategy;
    }

    /** See {@link #executor(Executor)}. */
    public Executor executor() {
        return executor;
    }

    /** Returns the node of each replica, by the replica's number. */
    public List<Integer> nodes(NumaTopology topology) {
        int count = replicas == 0 ? topology.nodeCount() : replicas;
        return IntStream.range(0, count)
                .mapToObj(replica -> replica % topology.nodeCount())
                .toList();
    }

    /**
     * Builds a structure for each replica on the replica's node, so that its memory is allocated there. All structures
     * are different objects.
     */
    public static <S> List<S> build(Supplier<? extends S> supplier, NumaTopology topology, List<Integer> nodes) {
        DistinctInstances<S> structures = new DistinctInstances<>(supplier);
        List<S> result = new ArrayList<>();
        for (int node : nodes) {
            result.add(topology.runOn(node, structures));
        }
        return result;
    }
}
