/** Hashes. */
@NullMarked
package org.nr4j.server.command.hash;

import org.jspecify.annotations.NullMarked;
