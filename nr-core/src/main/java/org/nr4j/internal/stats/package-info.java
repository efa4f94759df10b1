/** Counters and flight recorder events. Nothing depends on what they count. */
@NullMarked
package org.nr4j.internal.stats;

import org.jspecify.annotations.NullMarked;
