/**
 * Concurrent node replication: node replication with several logs, for structures whose operations commute. Operations
 * that conflict share a log. The others are appended and applied in parallel.
 *
 * <p>Start with {@link org.nr4j.cnr.ConcurrentNodeReplicated}. {@link org.nr4j.cnr.Partitioned} replicates any
 * single-threaded class in parts, without operations to write.
 */
@NullMarked
package org.nr4j.cnr;

import org.jspecify.annotations.NullMarked;
