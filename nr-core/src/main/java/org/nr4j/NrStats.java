package org.nr4j;

import java.util.List;

/**
 * What an instance has done so far and how it stands. The figures are read one after the other while the instance works, so they need not fit each other exactly.
 *
 * @param appended writes that were submitted and applied, in operations
 * @param batches rounds of combiners that carried at least one write; {@code appended / batches} is the mean batch size
 * @param batchSizes how many batches had 1, 2, 3–4, 5–8, 9–16, … operations; the last class has no upper end
 * @param logCapacity entries that fit into the log; an entry holds one batch
 * @param logOccupancy entries in the log that some replica has yet to apply, or that have not been reclaimed
 * @param helps how often a combiner that found the log full applied it for another replica
 * @param spins runs of spinning, of threads that waited
 * @param yields yields, of threads that waited
 * @param parks parks, of threads that waited
 * @param replicas each replica
 * @param placement where replicas and their threads were placed, in words
 */
public record NrStats(
        long appended,
        long batches,
        List<Long> batchSizes,
        int logCapacity,
        long logOccupancy,
        long helps,
        long spins,
        long yields,
        long parks,
        List<ReplicaStats> replicas,
        String placement) {

    /**
     * One replica.
     *
     * @param id its number
     * @param node the number of the topology's node it belongs to
     * @param appended writes that threads of this replica submitted, in operations
     * @param lag entries of the log that it has yet to apply
     */
    public record ReplicaStats(int id, int node, long appended, long lag) {}
}
