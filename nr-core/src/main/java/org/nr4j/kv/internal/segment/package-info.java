/** The segments of a write-ahead log: their format, and how one is written and read. See docs/durability.md. */
@NullMarked
package org.nr4j.kv.internal.segment;

import org.jspecify.annotations.NullMarked;
