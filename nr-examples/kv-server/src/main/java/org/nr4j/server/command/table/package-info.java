/** All commands, by their names. */
@NullMarked
package org.nr4j.server.command.table;

import org.jspecify.annotations.NullMarked;
