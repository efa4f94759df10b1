/**
 * Node replication: linearizable concurrent structures from sequential ones.
 *
 * <p>Start with {@link org.nr4j.Replicated}, which takes functions on any class, or with
 * {@link org.nr4j.NodeReplicated}, which takes a class that implements {@link org.nr4j.Dispatch}.
 */
@NullMarked
package org.nr4j;

import org.jspecify.annotations.NullMarked;
