package org.nr4j.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftClientReply;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.ClusterException;

/**
 * Lets reads of the local store begin once it has what was committed before they came. One question to the leader
 * serves all reads that came before it. Reads that come meanwhile share the next question. Guarded by this.
 */
final class ReadBarrier {
    private static final long RETRY_MILLIS = 20;

    private final Link link;
    private final Figures figures;
    private final ScheduledExecutorService timer;
    private final long timeoutNanos;

    /** Reads that came after the last question was asked. */
    private List<Read> waiting = new ArrayList<>();

    /** Reads that the present question serves. */
    private List<Read> asking = new ArrayList<>();

    private boolean busy;
    private boolean closed;

    /** When a question was last answered, by {@link System#nanoTime}; 0 for never. */
    private volatile long currentNanos;

    private record Read(long deadline, CompletableFuture<Void> done) {}

    ReadBarrier(Link link, Figures figures, ScheduledExecutorService timer, long timeoutMillis) {
        this.link = link;
        this.figures = figures;
        this.timer = timer;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    CompletableFuture<?> await() {
        Read read = new Read(System.nanoTime() + timeoutNanos, new CompletableFuture<>());
        figures.reads.increment();
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(ClusterException.notRun("this member ends"));
            }
            waiting.add(read);
        }
        ask();
        return read.done;
    }

    private void ask() {
        synchronized (this) {
            if (busy || closed || (waiting.isEmpty() && asking.isEmpty())) {
                return;
            }
            busy = true;
            asking.addAll(waiting);
            waiting = new ArrayList<>();
        }
        long began = System.nanoTime();
        figures.readIndexes.increment();
        CompletableFuture<?> unused =
                link.readIndex().whenComplete((reply, failure) -> answered(began, reply, failure));
    }

    private void answered(long began, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
        List<Read> ready = List.of();
        boolean current = failure == null && reply != null && reply.isSuccess();
        synchronized (this) {
            busy = false;
            if (current) {
                ready = asking;
                asking = new ArrayList<>();
            }
        }
        if (current) {
            figures.readIndexMicros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began));
            currentNanos = began;
            ready.forEach(read -> read.done.complete(null));
            ask();
        } else {
            try {
                timer.schedule(this::ask, RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                close();
            }
        }
    }

    /** Ends reads that have waited too long. Called now and then. */
    void expire() {
        long now = System.nanoTime();
        List<Read> late = new ArrayList<>();
        synchronized (this) {
            for (List<Read> reads : List.of(waiting, asking)) {
                reads.stream().filter(read -> read.deadline - now < 0).forEach(late::add);
                reads.removeIf(read -> read.deadline - now < 0);
            }
        }
        late.forEach(read -> fail(
                read,
                "a majority of the members must be reachable: waited=" + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                        + " ms"));
    }

    private void fail(Read read, String message) {
        figures.notRun.increment();
        read.done.completeExceptionally(ClusterException.notRun(message));
    }

    /** Returns when the store was last known to have everything, by {@link System#nanoTime}; 0 for never. */
    long currentNanos() {
        return currentNanos;
    }

    void close() {
        List<Read> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(waiting);
            left.addAll(asking);
            waiting = new ArrayList<>();
            asking = new ArrayList<>();
        }
        left.forEach(read -> fail(read, "this member ends"));
    }
}
