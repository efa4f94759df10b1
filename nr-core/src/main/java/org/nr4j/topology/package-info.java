/**
 * The machine's NUMA nodes, and threads placed on them.
 *
 * <p>{@link org.nr4j.topology.NumaTopology} is the only entry: it finds the nodes that this process may use, says on which of them a
 * thread runs, and makes threads that stay on one. Reading the topology needs nothing but {@code /sys} and {@code /proc}; only placing a
 * thread loads native code, and only where there is more than one node to choose from.
 */
@NullMarked
package org.nr4j.topology;

import org.jspecify.annotations.NullMarked;
