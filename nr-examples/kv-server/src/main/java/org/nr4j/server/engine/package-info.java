/** Runs commands on the store: reads on a replica, writes as procedures. */
@NullMarked
package org.nr4j.server.engine;

import org.jspecify.annotations.NullMarked;
