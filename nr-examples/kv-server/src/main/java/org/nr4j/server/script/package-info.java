/** Runs Lua scripts: the interpreters, and what scripts can call. */
@NullMarked
package org.nr4j.server.script;

import org.jspecify.annotations.NullMarked;
