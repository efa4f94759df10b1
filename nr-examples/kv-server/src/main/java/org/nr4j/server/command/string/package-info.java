/** Strings, and the bits in them. */
@NullMarked
package org.nr4j.server.command.string;

import org.jspecify.annotations.NullMarked;
