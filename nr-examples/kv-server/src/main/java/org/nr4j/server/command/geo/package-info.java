/** Commands on positions, which are members of sorted sets. */
@NullMarked
package org.nr4j.server.command.geo;

import org.jspecify.annotations.NullMarked;
