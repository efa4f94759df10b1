/** Asynchronous writes: threads submit them, and a task on an executor applies them. */
@NullMarked
package org.nr4j.internal.async;

import org.jspecify.annotations.NullMarked;
