/** The plain tables behind the maps, hashed and sorted, with their queries and changes. */
@NullMarked
package org.nr4j.kv.internal.table;

import org.jspecify.annotations.NullMarked;
