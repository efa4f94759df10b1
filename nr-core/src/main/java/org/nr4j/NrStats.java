package org.nr4j;

import java.util.List;

/**
 * Counters and the state of an instance. The instance works while it reads them one after the other. So the figures
 * need not fit each other exactly.
 *
 * @param index how many writes the instance has had, in operations; the number of the next write
 * @param batches how many combiner rounds had at least one write; {@code index / batches} is the mean batch size
 * @param batchSizes how many batches had 1, 2, 3–4, 5–8, 9–16, … operations; the last class has no upper end
 * @param logCapacity how many entries the log holds; an entry is one batch
 * @param logOccupancy how many entries of the log are in use: a replica or follower must still read them, or they are
 *     not reclaimed yet
 * @param helps how often a thread that waited for room in the log applied entries for another replica
 * @param waits the waits by kind
 * @param replicas the replicas by number, with those in quarantine
 * @param followers the followers
 * @param placement the result of placing replicas and threads on nodes, as text
 */
public record NrStats(
        long index,
        long batches,
        List<Long> batchSizes,
        int logCapacity,
        long logOccupancy,
        long helps,
        Waits waits,
        List<ReplicaStats> replicas,
        List<FollowerStats> followers,
        String placement) {

    /** Whether a replica serves operations. */
    public enum ReplicaState {
        /** The replica serves operations. */
        SERVING,
        /**
         * A {@link VirtualMachineError} stopped the replica in a write. It serves no operation until it is rebuilt or
         * removed.
         */
        QUARANTINED
    }

    /**
     * The figures of one replica.
     *
     * @param id the number of the replica
     * @param node the index of its node in the topology
     * @param state whether it serves operations
     * @param submitted how many writes threads submitted through this replica, in operations
     * @param lag how many writes of the log the replica has not applied, in operations
     */
    public record ReplicaStats(int id, int node, ReplicaState state, long submitted, long lag) {}

    /**
     * The figures of one follower.
     *
     * @param name the name of the follower
     * @param index the number of the first write that its consumer has not finished
     * @param lag how many writes its consumer has not finished, in operations
     * @param maxLag how many writes it may be behind
     */
    public record FollowerStats(String name, long index, long lag, long maxLag) {}

    /**
     * How often waiting threads took each step.
     *
     * @param spins how often a thread spun for a while
     * @param yields how often a thread yielded
     * @param parks how often a thread parked
     * @param logFull how often a thread that had an entry to append found the log full
     * @param behind how often a thread that had an entry to append waited for a follower
     */
    public record Waits(long spins, long yields, long parks, long logFull, long behind) {}
}
