/** The server's configuration. */
@NullMarked
package org.nr4j.server.config;

import org.jspecify.annotations.NullMarked;
