/** Access to the replicas by the rule of expiry. */
@NullMarked
package org.nr4j.kv.internal.store;

import org.jspecify.annotations.NullMarked;
