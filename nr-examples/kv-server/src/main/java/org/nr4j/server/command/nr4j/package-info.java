/** Commands that Redis does not have. */
@NullMarked
package org.nr4j.server.command.nr4j;

import org.jspecify.annotations.NullMarked;
