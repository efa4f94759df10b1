package org.nr4j.server.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs a task once the client has not got on for some time. For the thread of the connection. */
final class Deadline {
    private final EventExecutor executor;
    private final long nanos;
    private final Runnable task;
    private final ScheduledFuture<?> check;
    private long at;

    /** Starts. With 0 seconds, there is no deadline. */
    Deadline(EventExecutor executor, long seconds, Runnable task) {
        this.executor = executor;
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
        this.task = task;
        extend();
        // A task of its own for each request would cost more than a look now and then.
        long interval = Math.max(1, nanos / 4);
        this.check = seconds == 0
                ? executor.schedule(() -> {}, 0, TimeUnit.NANOSECONDS)
                : executor.scheduleWithFixedDelay(this::check, interval, interval, TimeUnit.NANOSECONDS);
    }

    /** Begins the time anew. */
    void extend() {
        at = executor.ticker().nanoTime() + nanos;
    }

    private void check() {
        if (executor.ticker().nanoTime() - at > 0) {
            task.run();
        }
    }

    void cancel() {
        check.cancel(/* mayInterruptIfRunning= */ false);
    }
}
