/** The server's entry point. */
@NullMarked
package org.nr4j.server;

import org.jspecify.annotations.NullMarked;
