/** The libraries that Redis adds to Lua, or changes. */
@NullMarked
package org.nr4j.server.script.library;

import org.jspecify.annotations.NullMarked;
