/**
 * Node replication: linearizable concurrent structures from sequential ones.
 *
 * <p>Start with {@link org.nr4j.Replicated} (functions on any class) or {@link org.nr4j.NodeReplicated} (a class that implements {@link org.nr4j.Dispatch}).
 */
@NullMarked
package org.nr4j;

import org.jspecify.annotations.NullMarked;
