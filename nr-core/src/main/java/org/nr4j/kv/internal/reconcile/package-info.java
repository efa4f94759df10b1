/** The initiator's side of a reconciliation session: what to compare, and what to transfer. */
@NullMarked
package org.nr4j.kv.internal.reconcile;

import org.jspecify.annotations.NullMarked;
