/** The frames and messages of reconciliation, as bytes. */
@NullMarked
package org.nr4j.kv.internal.reconcile.wire;

import org.jspecify.annotations.NullMarked;
