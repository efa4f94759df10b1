/** Lists. */
@NullMarked
package org.nr4j.server.command.list;

import org.jspecify.annotations.NullMarked;
