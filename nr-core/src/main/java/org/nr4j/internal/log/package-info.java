/** The shared operation log, its entries, and the cursors of followers. Knows nothing of replicas. */
@NullMarked
package org.nr4j.internal.log;

import org.jspecify.annotations.NullMarked;
