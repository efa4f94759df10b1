/** Flat combining: threads publish requests, and a combiner collects them into a batch and answers them. */
@NullMarked
package org.nr4j.internal.combine;

import org.jspecify.annotations.NullMarked;
