/**
 * A write-ahead log in a directory; see docs/durability.md. A record is a sequence of bytes. Only the layer above knows
 * its meaning.
 *
 * <p>{@link org.nr4j.kv.internal.wal.Recovery} reads the records of earlier openings. Then it starts a
 * {@link org.nr4j.kv.internal.wal.WriteAheadLog}, which appends new ones.
 */
@NullMarked
package org.nr4j.kv.internal.wal;

import org.jspecify.annotations.NullMarked;
