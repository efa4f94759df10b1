/** The shared operation log, its entries, and a cursor for those who follow it. Knows nothing of replicas. */
@NullMarked
package org.nr4j.internal.log;

import org.jspecify.annotations.NullMarked;
