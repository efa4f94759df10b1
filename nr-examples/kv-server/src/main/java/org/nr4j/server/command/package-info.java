/** What commands are, and what those of several groups have in common. Each group has a package below this one. */
@NullMarked
package org.nr4j.server.command;

import org.jspecify.annotations.NullMarked;
