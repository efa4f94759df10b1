/** A cluster of key-value servers that agree by Raft. */
@NullMarked
package org.nr4j.cluster;

import org.jspecify.annotations.NullMarked;
