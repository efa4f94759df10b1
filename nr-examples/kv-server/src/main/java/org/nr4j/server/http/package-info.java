/** Serves HTTP: connections, requests and responses. A request becomes commands of the connection's session. */
@NullMarked
package org.nr4j.server.http;

import org.jspecify.annotations.NullMarked;
