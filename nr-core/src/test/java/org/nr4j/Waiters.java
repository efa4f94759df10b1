package org.nr4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Threads that a test starts and lets run into a wait. */
final class Waiters {
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    /** Adds the calling thread, which goes on to wait; true for the first. */
    boolean add() {
        threads.add(Thread.currentThread());
        return threads.get(0) == Thread.currentThread();
    }

    /** Waits until so many threads have come and all sleep. */
    void awaitParked(int count) {
        Gate.awaitTrue(
                () -> threads.size() == count && threads.stream().allMatch(Waiters::isParked),
                "no " + count + " threads that wait: " + threads);
    }

    void interruptFirst() {
        threads.get(0).interrupt();
    }

    void interruptAll() {
        threads.forEach(Thread::interrupt);
    }

    private static boolean isParked(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
