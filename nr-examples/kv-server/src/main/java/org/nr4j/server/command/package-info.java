/** The commands: one table, and what each command does. */
@NullMarked
package org.nr4j.server.command;

import org.jspecify.annotations.NullMarked;
