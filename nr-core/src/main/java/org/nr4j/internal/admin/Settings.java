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
 * What the builders of the façades have in common: the options, their checks and defaults. For one thread at a time.
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

    /** How many replicas; else one a node. */
    public void replicas(int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException(
                    "replicas must be at least 1: replicas=" + replicas + "; leave it out for one replica a node");
        }
        this.replicas = replicas;
    }

    /** How many entries a log holds. */
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

    /** The nodes to place replicas on. */
    public void topology(NumaTopology topology) {
        this.topology = Objects.requireNonNull(
                topology, "topology must not be null: pass NumaTopology.detect() or leave it out");
    }

    /** How threads wait. */
    public void waitStrategy(WaitStrategy waitStrategy) {
        this.waitStrategy = Objects.requireNonNull(
                waitStrategy, "waitStrategy must not be null: pass WaitStrategy.adaptive() or leave it out");
    }

    /** Where asynchronous writes are applied. */
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

    /** For each replica, by number, the node it belongs to. */
    public List<Integer> nodes(NumaTopology topology) {
        int count = replicas == 0 ? topology.nodeCount() : replicas;
        return IntStream.range(0, count)
                .mapToObj(replica -> replica % topology.nodeCount())
                .toList();
    }

    /** Builds a structure for each replica, on its node, so that its memory comes from there; all are different. */
    public static <S> List<S> build(Supplier<? extends S> supplier, NumaTopology topology, List<Integer> nodes) {
        DistinctInstances<S> structures = new DistinctInstances<>(supplier);
        List<S> result = new ArrayList<>();
        for (int node : nodes) {
            result.add(topology.runOn(node, structures));
        }
        return result;
    }
}
