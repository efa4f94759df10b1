/** The responder's side of a reconciliation session. */
@NullMarked
package org.nr4j.kv.internal.reconcile.answer;

import org.jspecify.annotations.NullMarked;
