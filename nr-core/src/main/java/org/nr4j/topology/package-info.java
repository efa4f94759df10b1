/**
 * The machine's NUMA nodes, and threads that are placed on them.
 *
 * <p>Start with {@link org.nr4j.topology.NumaTopology}. It finds the nodes that this process may use. It says on which
 * node a thread runs, and makes threads that stay on one node.
 *
 * <p>Reading the topology needs only {@code /sys} and {@code /proc}. Placing a thread needs net.openhft:affinity, an
 * optional library, which loads native code. On a machine with one node, no thread is placed.
 */
@NullMarked
package org.nr4j.topology;

import org.jspecify.annotations.NullMarked;
