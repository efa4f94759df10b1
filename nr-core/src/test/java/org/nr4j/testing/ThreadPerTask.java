package org.nr4j.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs each task on a daemon thread of its own. For tasks that wait for each other: on few cpus, the common pool may
 * have only one thread for all of them.
 */
public final class ThreadPerTask {
    private static final Executor EXECUTOR = task -> {
        Thread thread = new Thread(task, "task");
        thread.setDaemon(true);
        thread.start();
    };

    private ThreadPerTask() {}

    /** Runs a task. */
    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, EXECUTOR);
    }

    /** Runs a task that returns something. */
    public static <T> CompletableFuture<T> supply(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, EXECUTOR);
    }
}
