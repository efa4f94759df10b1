/** The commands on streams. */
@NullMarked
package org.nr4j.server.command.stream;

import org.jspecify.annotations.NullMarked;
