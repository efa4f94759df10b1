/** Several logs over the same structures, and the multi-log operations. */
@NullMarked
package org.nr4j.internal.multilog;

import org.jspecify.annotations.NullMarked;
