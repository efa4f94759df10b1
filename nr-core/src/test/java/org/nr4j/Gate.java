package org.nr4j;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.nr4j.linearizability.Command;

/**
 * Stops threads inside an operation until the gate is opened, so that a test can bring the other threads into a known
 * state. Every wait here has a limit.
 */
final class Gate {
    private static final int SECONDS = 30;

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicBoolean visited = new AtomicBoolean();

    void pass() {
        entered.countDown();
        await(open);
    }

    /** Only the first to come passes through the gate, the others beside it. */
    void passFirst() {
        if (visited.compareAndSet(false, true)) {
            pass();
        }
    }

    /** Waits until a thread stands at the gate. */
    void awaitEntered() {
        await(entered);
    }

    void open() {
        open.countDown();
    }

    /** A write that is held up here, on every replica, and then appends. */
    Command<Journal> thenAppend(Object entry) {
        return Journal.write(journal -> {
            pass();
            return journal.add(entry);
        });
    }

    /** A write that is held up here on one replica only, and then appends. */
    Command<Journal> thenAppend(Object entry, int replica) {
        return Journal.write(journal -> {
            if (journal.replica == replica) {
                pass();
            }
            return journal.add(entry);
        });
    }

    /** A read that is held up here. */
    Command<Journal> thenSize() {
        return Journal.read(journal -> {
            pass();
            return journal.entries.size();
        });
    }

    static void awaitTrue(BooleanSupplier condition, String otherwise) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(otherwise);
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError(otherwise, e);
            }
        }
    }

    /** Ends by an interrupt only with an error: the tests interrupt threads that must not care. */
    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try {
            for (; ; ) {
                try {
                    if (!latch.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                        throw new AssertionError("the gate was not reached, or not opened, within " + SECONDS + " s");
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
