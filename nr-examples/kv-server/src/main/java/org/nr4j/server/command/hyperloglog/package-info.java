/** HyperLogLogs: strings that estimate how many different elements have been added to them. */
@NullMarked
package org.nr4j.server.command.hyperloglog;

import org.jspecify.annotations.NullMarked;
