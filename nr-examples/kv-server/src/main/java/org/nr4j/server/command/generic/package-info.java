/** Commands on keys of any type. */
@NullMarked
package org.nr4j.server.command.generic;

import org.jspecify.annotations.NullMarked;
