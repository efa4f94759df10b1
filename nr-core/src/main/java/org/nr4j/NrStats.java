package org.nr4j;

import java.util.List;

/**
 * What an instance has done so far and how it stands. The figures are read one after the other while the instance works, so they need not fit each other exactly.
 *
 * @param index writes so far, in operations: the number of the next one
 * @param batches rounds of combiners that carried at least one write; {@code index / batches} is the mean batch size
 * @param batchSizes how many batches had 1, 2, 3–4, 5–8, 9–16, … operations; the last class has no upper end
 * @param logCapacity entries that fit into the log; an entry holds one batch
 * @param logOccupancy entries in the log that some replica or follower has yet to read, or that have not been reclaimed
 * @param helps how often a combiner that found the log full applied it for another replica
 * @param waits waits by kind
 * @param replicas each replica, by number, those in quarantine included
 * @param followers each follower
 * @param placement where replicas and their threads were placed, in words
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

    /** Whether a replica serves. */
    public enum ReplicaState {
        /** It serves. */
        SERVING,
        /** It ran into a {@link VirtualMachineError} while applying a write. It is out of service until it is rebuilt, or removed. */
        QUARANTINED
    }

    /**
     * One replica.
     *
     * @param id its number
     * @param node the number of the topology's node it belongs to
     * @param state whether it serves
     * @param submitted writes that threads of this replica submitted, in operations
     * @param lag writes that it has yet to apply, in operations
     */
    public record ReplicaStats(int id, int node, ReplicaState state, long submitted, long lag) {}

    /**
     * One follower.
     *
     * @param name its name
     * @param index the number of the first write it has not consumed
     * @param lag writes that it has not consumed, in operations
     * @param maxLag how many it may be behind
     */
    public record FollowerStats(String name, long index, long lag, long maxLag) {}

    /**
     * What threads did that had to wait, each step counted.
     *
     * @param spins runs of spinning
     * @param yields yields
     * @param parks parks
     * @param logFull combiners that found no room in the log
     * @param behind combiners that had to wait for a follower
     */
    public record Waits(long spins, long yields, long parks, long logFull, long behind) {}
}
