package org.nr4j.jcstress;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A counter under a small form of node replication, with two replicas and a defect. A writer raises the bound that
 * readers wait for after its write was applied, not before. In between, readers of its replica see the write, but
 * readers of the other replica do not wait for it.
 */
final class LateBound {
    private final AtomicInteger tail = new AtomicInteger();
    private final AtomicInteger completedTail = new AtomicInteger();
    private final Replica[] replicas = {new Replica(), new Replica()};

    /** A replica. The log holds only increments, so its state is its local tail. */
    private static final class Replica {
        int localTail;
    }

    void increment(int replica) {
        tail.incrementAndGet();
        catchUp(replicas[replica]);
        completedTail.set(tail.get());
    }

    private void catchUp(Replica replica) {
        synchronized (replica) {
            replica.localTail = tail.get();
        }
    }

    int read(int replica) {
        int bound = completedTail.get();
        synchronized (replicas[replica]) {
            if (replicas[replica].localTail < bound) {
                replicas[replica].localTail = tail.get();
            }
            return replicas[replica].localTail;
        }
    }

    /** Reads without waiting. */
    int readAtOnce(int replica) {
        synchronized (replicas[replica]) {
            return replicas[replica].localTail;
        }
    }
}
