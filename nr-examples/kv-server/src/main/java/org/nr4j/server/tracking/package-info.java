/** Client-side caching: which clients have read which keys, and must be told when these change. */
@NullMarked
package org.nr4j.server.tracking;

import org.jspecify.annotations.NullMarked;
