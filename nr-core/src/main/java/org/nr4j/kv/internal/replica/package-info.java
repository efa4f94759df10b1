/** A replica of the key-value store, and the contracts of the operations that it answers and applies. */
@NullMarked
package org.nr4j.kv.internal.replica;

import org.jspecify.annotations.NullMarked;
