/** Connections, and the event loops that serve them. */
@NullMarked
package org.nr4j.server.net;

import org.jspecify.annotations.NullMarked;
