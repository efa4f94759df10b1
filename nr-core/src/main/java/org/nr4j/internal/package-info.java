/** The parts of node replication, one class for each concept of the paper. Not exported: no promises to users. */
@NullMarked
package org.nr4j.internal;

import org.jspecify.annotations.NullMarked;
