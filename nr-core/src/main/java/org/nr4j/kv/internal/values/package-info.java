/** The files of values that are too long for memory, and what is done with them. */
@NullMarked
package org.nr4j.kv.internal.values;

import org.jspecify.annotations.NullMarked;
