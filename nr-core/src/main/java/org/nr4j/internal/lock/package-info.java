/**
 * The lock of a replica, which is a distributed readers-writer lock and the lock of its combiner, and how threads
 * wait.
 */
@NullMarked
package org.nr4j.internal.lock;

import org.jspecify.annotations.NullMarked;
