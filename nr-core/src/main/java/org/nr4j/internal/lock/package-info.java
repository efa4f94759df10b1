/** The lock of a replica, and what it needs to know about threads. */
@NullMarked
package org.nr4j.internal.lock;

import org.jspecify.annotations.NullMarked;
