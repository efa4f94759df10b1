package org.nr4j.examples.watch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes one replica run out of stack, whichever applies a write next, and no other: a real {@link StackOverflowError},
 * as a structure with deep recursion may have. All replicas of an instance share this. Any thread may call the methods.
 */
final class Fault {
    private final AtomicBoolean armed = new AtomicBoolean();
    private final AtomicInteger copies = new AtomicInteger();

    /** The next write that a replica applies is more than it can bear. */
    void arm() {
        armed.set(true);
    }

    /** Called at each write of each replica. */
    void strikeIfArmed() {
        if (armed.get() && armed.compareAndSet(true, false)) {
            descend(0);
        }
    }

    private static int descend(int depth) {
        return descend(depth + 1) + 1;
    }

    /** A structure was copied. */
    void copied() {
        copies.incrementAndGet();
    }

    /** How many copies were made so far: one more tells that the rebuilding has begun. */
    int copies() {
        return copies.get();
    }
}
