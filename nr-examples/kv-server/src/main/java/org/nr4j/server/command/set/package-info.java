/** Sets. */
@NullMarked
package org.nr4j.server.command.set;

import org.jspecify.annotations.NullMarked;
