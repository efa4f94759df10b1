/** Several logs over the same structures, and the operations of several logs. */
@NullMarked
package org.nr4j.internal.multilog;

import org.jspecify.annotations.NullMarked;
