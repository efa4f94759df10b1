/** Values that are not in the pages of a tree. */
@NullMarked
package org.nr4j.kv.internal.value;

import org.jspecify.annotations.NullMarked;
