/** Informs listeners of the changes that each write makes. */
@NullMarked
package org.nr4j.kv.internal.feed;

import org.jspecify.annotations.NullMarked;
