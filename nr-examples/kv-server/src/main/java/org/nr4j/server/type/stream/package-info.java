/** Streams with their groups, consumers and pending entries, as elements of a collection. */
@NullMarked
package org.nr4j.server.type.stream;

import org.jspecify.annotations.NullMarked;
