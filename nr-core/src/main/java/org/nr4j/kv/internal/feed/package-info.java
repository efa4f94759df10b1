/** Tells listeners what each write changes. */
@NullMarked
package org.nr4j.kv.internal.feed;

import org.jspecify.annotations.NullMarked;
