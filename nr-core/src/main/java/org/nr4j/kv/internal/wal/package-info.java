/**
 * The files of a write-ahead log; see docs/durability.md. A record is any bytes: what they mean is known one layer
 * above.
 *
 * <p>{@link org.nr4j.kv.internal.wal.Recovery} reads what is there and starts a
 * {@link org.nr4j.kv.internal.wal.WriteAheadLog}, which takes what is new.
 */
@NullMarked
package org.nr4j.kv.internal.wal;

import org.jspecify.annotations.NullMarked;
