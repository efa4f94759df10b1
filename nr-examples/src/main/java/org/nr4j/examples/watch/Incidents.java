package org.nr4j.examples.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.nr4j.Follower;
import org.nr4j.FollowerOptions;
import org.nr4j.NodeReplicated;
import org.nr4j.NrStats.ReplicaState;
import org.nr4j.NrStats.ReplicaStats;
import org.nr4j.examples.watch.WatchedCounters.Get;
import org.nr4j.examples.watch.WatchedCounters.Increment;

/** Causes the incidents that the user asked for, on a thread of its own, and keeps notes of them. */
final class Incidents implements AutoCloseable {
    private static final int NOTES = 5;
    private static final int NONE = -1;
    private static final long PATIENCE_SECONDS = 20;
    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final NodeReplicated<Get, Increment, Long> counters;
    private final WatchOptions options;
    private final Fault fault;
    private final long startNanos = System.nanoTime();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "watch-incidents");
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<String> notes = new ArrayDeque<>();
    private volatile boolean stopped;

    // Only the incident thread uses these fields.
    private int added = NONE;
    private int nextNode;

    Incidents(NodeReplicated<Get, Increment, Long> counters, WatchOptions options, Fault fault) {
        this.counters = counters;
        this.options = options;
        this.fault = fault;
        counters.follow((index, writes) -> {}, FollowerOptions.defaults().name("listener"));
        options.growSeconds().ifPresent(seconds -> every(seconds, this::addOrRemove));
        options.faultSeconds().ifPresent(seconds -> every(seconds, this::breakOne));
        options.slowFollower().ifPresent(writes -> executor.execute(this::followSlowly));
    }

    private void every(int seconds, Runnable incident) {
        executor.scheduleWithFixedDelay(() -> tell(incident), seconds, seconds, TimeUnit.SECONDS);
    }

    /** Runs an incident. If it fails, a note says so, and the next try comes at the next interval. */
    private void tell(Runnable incident) {
        try {
            incident.run();
        } catch (RuntimeException e) {
            note(e.toString());
        }
    }

    /** Returns the last notes, oldest first. */
    List<String> notes() {
        synchronized (notes) {
            return List.copyOf(notes);
        }
    }

    private void note(String format, Object... args) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
        String note = seconds + " s: " + (args.length == 0 ? format : String.format(Locale.ROOT, format, args));
        synchronized (notes) {
            notes.addLast(note);
            if (notes.size() > NOTES) {
                notes.removeFirst();
            }
        }
    }

    // ---- adding and removing a replica ----

    private void addOrRemove() {
        long before = System.nanoTime();
        if (added == NONE) {
            int node = nextNode++ % options.topology().nodeCount();
            added = counters.addReplica(node);
            note("replica %d added on node %d in %.1f ms", added, node, millisSince(before));
        } else {
            int removed = added;
            added = NONE;
            counters.removeReplica(removed);
            note("replica %d removed in %.1f ms", removed, millisSince(before));
        }
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / NANOS_PER_MILLI;
    }

    // ---- breaking a replica ----

    private void breakOne() {
        int copies = fault.copies();
        long before = System.nanoTime();
        fault.arm();
        String which = "a replica";
        while (fault.copies() == copies || quarantined().isPresent()) {
            which = quarantined().map(id -> "replica " + id).orElse(which);
            if (stopped || millisSince(before) > TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)) {
                note("%s ran out of stack and is not back yet", which);
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        note("%s ran out of stack, was quarantined, and rebuilt within %.1f ms", which, millisSince(before));
    }

    private Optional<Integer> quarantined() {
        return counters.stats().replicas().stream()
                .filter(replica -> replica.state() == ReplicaState.QUARANTINED)
                .map(ReplicaStats::id)
                .findFirst();
    }

    // ---- a slow follower ----

    private void followSlowly() {
        if (stopped) {
            return;
        }
        Follower follower = counters.follow(
                (index, writes) -> pause(writes.size()),
                FollowerOptions.defaults().name("slow").dropWhenBehind());
        follower.ended().whenComplete((index, failure) -> followAnew(failure));
    }

    private void followAnew(Throwable failure) {
        if (failure != null && !stopped) {
            note("the slow follower was dropped, it follows anew in a second");
            executor.schedule(() -> tell(this::followSlowly), 1, TimeUnit.SECONDS);
        }
    }

    /** Takes as long as a slow follower takes for this many writes, unless the run is over. */
    private void pause(int writes) {
        long nanos = (long) (writes * 1e9 / options.slowFollower().orElseThrow());
        long before = System.nanoTime();
        while (!stopped && System.nanoTime() - before < nanos) {
            LockSupport.parkNanos(Math.min(NAP_NANOS, nanos));
        }
    }

    /** Waits for the running incident, or until it is interrupted. */
    @Override
    public void close() {
        stopped = true;
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a replica must be added or removed in finite time: seconds="
                        + PATIENCE_SECONDS + "; pass fewer --entries");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
