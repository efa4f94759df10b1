/**
 * The replicas of a structure and the log between them: writes, reads, which replica serves which thread, and what
 * happens when the log is full.
 */
@NullMarked
package org.nr4j.internal.replica;

import org.jspecify.annotations.NullMarked;
