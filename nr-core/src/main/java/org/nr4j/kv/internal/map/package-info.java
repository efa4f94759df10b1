/** The maps over a replicated table: the operations of {@code ConcurrentMap}, and how to walk through the entries. */
@NullMarked
package org.nr4j.kv.internal.map;

import org.jspecify.annotations.NullMarked;
