/** The operations of the key-value store, as they are stored in the logs. */
@NullMarked
package org.nr4j.kv.internal.op;

import org.jspecify.annotations.NullMarked;
