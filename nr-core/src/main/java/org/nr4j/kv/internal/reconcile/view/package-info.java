/** What both sides of a reconciliation session need of their store: summaries of ranges, and ways to take entries. */
@NullMarked
package org.nr4j.kv.internal.reconcile.view;

import org.jspecify.annotations.NullMarked;
