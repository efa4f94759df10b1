/**
 * Concurrent node replication: node replication with several logs, for structures in which operations commute. Operations that conflict share a log; those that do not are appended and applied side by side.
 *
 * <p>Start with {@link org.nr4j.cnr.ConcurrentNodeReplicated}. {@link org.nr4j.cnr.Partitioned} is for functions on any class in parts, {@link org.nr4j.cnr.PartitionedMap} and {@link org.nr4j.cnr.ConcurrentReplicatedMap} are maps, ready to use.
 */
@NullMarked
package org.nr4j.cnr;

import org.jspecify.annotations.NullMarked;
