/** Sorted sets. */
@NullMarked
package org.nr4j.server.command.sortedset;

import org.jspecify.annotations.NullMarked;
