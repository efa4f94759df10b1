/** What Java needs of Lua: its stack, and errors. */
@NullMarked
package org.nr4j.server.script.lua;

import org.jspecify.annotations.NullMarked;
