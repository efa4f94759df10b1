/** Writes of the store as bytes: from a write to its encoding, and back. */
@NullMarked
package org.nr4j.kv.internal.encoding;

import org.jspecify.annotations.NullMarked;
