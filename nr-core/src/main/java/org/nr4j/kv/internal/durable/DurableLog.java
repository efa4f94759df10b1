package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nr4j.FollowerOptions;
import org.nr4j.cnr.CnrFollower;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.StoreReplica;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.value.StoredEntry;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.WalCounters;
import org.nr4j.kv.internal.wal.WriteAheadLog;

/**
 * The log on disk of a store: a follower of its writes, with a thread of its own. Any number of threads may use it.
 *
 * <p>With {@link SyncPolicy#ALWAYS} a write returns once it is on the disk. The replicas have it before that, so a read
 * may find it earlier. Therefore a read waits, too, until the disk has all writes that it may have seen.
 */
public final class DurableLog {
    /** How often the log's thread looks for work while there are no writes, at most. */
    private static final Duration LONGEST_TICK = Duration.ofMillis(500);

    private final ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated;
    private final Disk disk;
    private final WriteAheadLog log;
    private final ValueLog values;
    private final long hasher;
    private final int longestInMemory;
    private final Recovered recovered;
    private final boolean always;
    private final boolean awaited;
    private final GroupCommit commit;
    private final CommitState state;
    private final BackgroundBase bases;
    private final ScheduledThreadPoolExecutor thread;
    private final CnrFollower follower;
    private final ScheduledFuture<?> ticks;

    private boolean closed;

    /**
     * Starts to write all writes of a store to a log.
     *
     * @param replicated has the recovered contents. Nobody may write to it before this constructor returns.
     * @param hasher the id of the hash of the entries
     */
    DurableLog(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            Durability options,
            Disk disk,
            WriteAheadLog log,
            ValueLog values,
            long hasher,
            Recovered recovered) {
        this.replicated = replicated;
        this.values = values;
        this.hasher = hasher;
        this.longestInMemory = options.longestInMemory();
        this.disk = disk;
        this.log = log;
        this.recovered = recovered;
        this.always = options.syncPolicy().equals(SyncPolicy.ALWAYS);
        this.awaited = always && options.awaited();
        this.state = new CommitState(replicated.indexes());
        this.bases = new BackgroundBase(log, values, options, hasher, this::snapshot, this::submit);
        this.thread = newThread();
        this.commit = new GroupCommit(log, disk, options, state, bases);
        this.follower = replicated.follow(
                commit, FollowerOptions.defaults().name("durable-log").executor(thread));
        CompletableFuture<LogIndexes> unusedEnd = follower.ended().whenComplete((indexes, failure) -> {
            if (failure != null) {
                state.fail(failure);
            }
        });
        long tick = tickMillis(options.syncPolicy());
        this.ticks =
                thread.scheduleWithFixedDelay(() -> commit.tick(follower.indexes()), tick, tick, TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor newThread() {
        return new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "nr4j-durable", 0, /* inheritThreadLocals= */ false);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static long tickMillis(SyncPolicy policy) {
        boolean isShort = !policy.interval().isZero() && policy.interval().compareTo(LONGEST_TICK) < 0;
        return (isShort ? policy.interval() : LONGEST_TICK).toMillis();
    }

    private CnrSnapshot<Contents> snapshot() {
        return replicated.snapshot((StoreReplica replica) -> replica.snapshot());
    }

    private void submit(List<Update> writes) {
        state.requireWritable();
        replicated.executeMutAll(writes);
    }

    // ---- writes and reads of the store ----

    /** Whether values may be in files. */
    public boolean keepsValues() {
        return values.isUsed();
    }

    /**
     * Puts a value into a file if it is too long for memory. The caller submits a write that brings the value.
     *
     * @param hash the hash of the entry; null where fingerprints are off
     * @return null if the value stays in memory
     * @throws NotDurableException if the log takes no writes
     */
    public @Nullable StoredEntry keep(byte[] value, long @Nullable [] hash) {
        if (value.length <= longestInMemory) {
            return null;
        }
        state.requireWritable();
        try {
            return new StoredEntry(values.append(value), hasher, hash);
        } catch (DiskFullException e) {
            state.setFull(true);
            throw state.notWritable();
        } catch (IOException e) {
            state.fail(e);
            throw state.notWritable();
        }
    }

    /**
     * Applies a write. With {@link SyncPolicy#ALWAYS} it is on the disk on return.
     *
     * @throws NotDurableException if the log takes no writes, or failed before it had this one
     */
    public @Nullable Object write(Update write) {
        state.requireWritable();
        if (!awaited) {
            return replicated.executeMut(write);
        }
        AwaitedWrite awaitedWrite = new AwaitedWrite(write);
        boolean answered = false;
        try {
            Object answer = replicated.executeMut(awaitedWrite);
            answered = true;
            state.await(awaitedWrite);
            return answer;
        } finally {
            if (!answered) {
                awaitSeen(); // the exception tells what the contents are
            }
        }
    }

    /** Waits, with {@link SyncPolicy#ALWAYS}, until the disk has all that the calling thread has read. */
    public void awaitSeen() {
        if (awaited) {
            state.await(replicated.indexes());
        }
    }

    /**
     * Waits, with {@link SyncPolicy#ALWAYS}, until the disk has all writes so far, those of the calling thread among
     * them.
     *
     * @throws NotDurableException if the log failed before it had them
     */
    public void awaitWritten() {
        if (awaited) {
            LogIndexes written = replicated.indexes();
            state.await(written);
            state.requireDurable(written);
        }
    }

    /** Waits, with {@link SyncPolicy#ALWAYS}, until the disk has some writes, or the log has failed. */
    public void awaitDurable(LogIndexes indexes) {
        if (always) {
            state.await(indexes);
        }
    }

    /** Whether the log has some writes: with {@link SyncPolicy#ALWAYS}, on the disk. */
    public boolean isDurable(LogIndexes writes) {
        return state.isDurable(writes);
    }

    /** Returns a future that completes once the log has some writes: with {@link SyncPolicy#ALWAYS}, on the disk. */
    public CompletableFuture<@Nullable Void> whenDurable(LogIndexes writes) {
        return state.whenDurable(writes);
    }

    /** Puts all writes so far on the disk, whatever the policy. */
    public CompletableFuture<@Nullable Void> persist() {
        return state.whenDurable(replicated.indexes()).thenRunAsync(commit::syncNow, thread);
    }

    /** Starts a snapshot that becomes the start of the log. The future completes when it is on the disk. */
    public CompletableFuture<@Nullable Void> rewrite() {
        CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
        thread.execute(() -> commit.rewrite(follower.indexes(), future));
        return future;
    }

    /** Throws {@link NotDurableException} unless the log takes writes. */
    public void requireWritable() {
        state.requireWritable();
    }

    /** Returns what the log has done. */
    public DurableStats stats() {
        WalCounters counters = log.counters();
        return new DurableStats(
                counters.bytes(),
                counters.syncs(),
                counters.syncNanos(),
                counters.longestSyncNanos(),
                counters.segments(),
                counters.segmentBytes(),
                bases.completed(),
                values.files(),
                values.fileBytes(),
                values.liveBytes(),
                replicated.indexes().total() - state.durable().total(),
                recovered.entries(),
                recovered.bytes(),
                recovered.nanos(),
                recovered.cutBytes(),
                state.failure());
    }

    // ---- the end ----

    /** Starts no snapshot any more, and drops one that is being written. To be called before the store is closed. */
    public void stopSnapshots() {
        bases.stop();
    }

    /**
     * Puts the last writes on the disk, whatever the policy, and closes the files. The store must have been closed.
     * Idempotent.
     *
     * @throws NotDurableException if the disk does not have all writes
     */
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        CompletableFuture<Void> end =
                follower.ended().handle((indexes, failure) -> null).thenRunAsync(this::closeFiles, thread);
        try {
            end.join();
        } catch (CompletionException e) {
            state.fail(e);
        } finally {
            thread.shutdown();
        }
        Throwable failure = state.failure();
        if (failure != null) {
            throw new NotDurableException(
                    "a durable store must have all its writes on the disk when it ends: some may be lost; see the "
                            + "cause, mend the disk, and open the store again",
                    /* applied= */ true,
                    /* forGood= */ true,
                    failure);
        }
    }

    private void closeFiles() {
        ticks.cancel(/* mayInterruptIfRunning= */ false);
        try {
            try {
                bases.close();
            } finally {
                closeLog();
            }
        } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private void closeLog() throws IOException {
        try {
            log.close();
        } finally {
            disk.close();
        }
    }
}
