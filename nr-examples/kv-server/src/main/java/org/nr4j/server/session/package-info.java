/** Sessions of clients: what a connection knows, and how its requests become reads and writes of the store. */
@NullMarked
package org.nr4j.server.session;

import org.jspecify.annotations.NullMarked;
