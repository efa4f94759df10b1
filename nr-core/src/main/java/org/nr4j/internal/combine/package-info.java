/** Flat combining: requests are published, collected into a batch, answered. */
@NullMarked
package org.nr4j.internal.combine;

import org.jspecify.annotations.NullMarked;
