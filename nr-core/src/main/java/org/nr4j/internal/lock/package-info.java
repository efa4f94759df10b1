/**
 * The lock of a replica, and how threads wait. The lock is a distributed readers-writer lock and the combiner's lock in
 * one.
 */
@NullMarked
package org.nr4j.internal.lock;

import org.jspecify.annotations.NullMarked;
