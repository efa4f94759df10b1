/** The Redis protocol: requests in, replies out. Knows no commands and no store. */
@NullMarked
package org.nr4j.server.protocol;

import org.jspecify.annotations.NullMarked;
