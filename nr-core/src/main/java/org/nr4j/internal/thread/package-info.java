/** Threads: the ids by which locks know them, and which kind they are. */
@NullMarked
package org.nr4j.internal.thread;

import org.jspecify.annotations.NullMarked;
