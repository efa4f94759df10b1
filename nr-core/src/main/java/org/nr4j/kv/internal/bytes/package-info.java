/** Numbers and byte sequences in an array: the writing and the reading side of each encoding. */
@NullMarked
package org.nr4j.kv.internal.bytes;

import org.jspecify.annotations.NullMarked;
