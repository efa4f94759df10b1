/** Scripts and functions. */
@NullMarked
package org.nr4j.server.command.script;

import org.jspecify.annotations.NullMarked;
