/** The figures of the server, in the format of Prometheus. */
@NullMarked
package org.nr4j.server.metrics;

import org.jspecify.annotations.NullMarked;
