/** What the server has measured of the commands that ran. */
@NullMarked
package org.nr4j.server.monitor;

import org.jspecify.annotations.NullMarked;
