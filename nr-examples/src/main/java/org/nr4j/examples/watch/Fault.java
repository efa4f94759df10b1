package org.nr4j.examples.watch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes exactly one replica run out of stack: the replica that applies a write next. It causes a real {@link
 * StackOverflowError}, as a structure with deep recursion may. All replicas of an instance share this object. Any
 * thread may call the methods.
 */
final class Fault {
    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicInteger copies = new AtomicInteger();

    /** Makes the next write that a replica applies fail. */
    void arm() {
        armed.set(true);
    }

    /** Fails if armed. Every replica calls this at each write. */
    void strikeIfArmed() {
        if (armed.get() && armed.compareAndSet(true, false)) {
            descend(0);
        }
    }

    private static int descend(int depth) {
        return descend(depth + 1) + 1;
    }

    /** Counts a copy of a structure. */
    void copied() {
        copies.incrementAndGet();
    }

    /** Returns how many copies were made so far. An increase shows that a rebuild has begun. */
    int copies() {
        return copies.get();
    }
}
