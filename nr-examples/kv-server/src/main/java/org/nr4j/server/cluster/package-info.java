/** The seam between the server and a cluster: what decides the order of writes, and what the writes are applied to. */
@NullMarked
package org.nr4j.server.cluster;

import org.jspecify.annotations.NullMarked;
