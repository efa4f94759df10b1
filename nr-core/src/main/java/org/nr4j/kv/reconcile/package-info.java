/**
 * Stores that find their differences: range-based set reconciliation over the fingerprints of
 * {@link org.nr4j.kv.KeyValueStore}.
 *
 * <ul>
 *   <li>A {@link org.nr4j.kv.reconcile.ReconcileSession} compares one store with another, and transfers what differs.
 *   <li>A {@link org.nr4j.kv.reconcile.ReconcileResponder} answers the sessions of other stores.
 *   <li>A {@link org.nr4j.kv.reconcile.MergePolicy} decides between two values of a key.
 * </ul>
 *
 * <p>The package has no transport. Sessions and responders consume and produce frames, which are byte arrays.
 */
@NullMarked
package org.nr4j.kv.reconcile;

import org.jspecify.annotations.NullMarked;
