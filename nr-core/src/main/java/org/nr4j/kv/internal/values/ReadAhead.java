package org.nr4j.kv.internal.values;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.nr4j.kv.internal.value.OutsideValue;

/**
 * Reads several values at once, so that a disk has more than one request to work on. Uses virtual threads where there
 * are any, and else a few threads that end when they are idle.
 */
public final class ReadAhead {
    /** How many values are read at once. */
    public static final int AT_ONCE = 8;

    private static final Executor THREADS = threads();

    private ReadAhead() {}

    private static Executor threads() {
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return fewThreads(); // before JDK 21
        }
    }

    private static Executor fewThreads() {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(AT_ONCE, AT_ONCE, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(null, task, "nr4j-read-ahead", 0, /* inheritThreadLocals= */ false);
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Starts to read a value. */
    public static CompletableFuture<byte[]> begin(OutsideValue value) {
        return CompletableFuture.supplyAsync(value::copy, THREADS);
    }

    /**
     * Returns the result of {@link #begin}.
     *
     * @throws java.io.UncheckedIOException as {@link OutsideValue#copy}
     */
    public static byte[] end(CompletableFuture<byte[]> reading) {
        try {
            return reading.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Reads all values. The calling thread reads too.
     *
     * @throws java.io.UncheckedIOException as {@link OutsideValue#copy}
     */
    public static byte[][] readAll(List<? extends OutsideValue> values) {
        byte[][] result = new byte[values.size()][];
        AtomicInteger next = new AtomicInteger();
        Runnable reader = () -> {
            for (int i = next.getAndIncrement(); i < result.length; i = next.getAndIncrement()) {
                result[i] = values.get(i).copy();
            }
        };
        int helpers = Math.min(AT_ONCE, result.length) - 1;
        CompletableFuture<?>[] others = new CompletableFuture<?>[Math.max(0, helpers)];
        for (int i = 0; i < others.length; i++) {
            others[i] = CompletableFuture.runAsync(reader, THREADS);
        }
        try {
            reader.run();
        } finally {
            next.addAndGet(result.length); // after a failure, nobody begins another value
        }
        awaitAll(others);
        return result;
    }

    private static void awaitAll(CompletableFuture<?>... readers) {
        try {
            CompletableFuture.allOf(readers).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
