/** Classes whose contended fields have a cache line of their own. */
@NullMarked
package org.nr4j.internal.padding;

import org.jspecify.annotations.NullMarked;
