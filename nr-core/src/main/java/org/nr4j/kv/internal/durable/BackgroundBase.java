package org.nr4j.kv.internal.durable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.internal.stats.Events;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.values.LiveValues;
import org.nr4j.kv.internal.values.ValueCompaction;
import org.nr4j.kv.internal.values.ValueFile;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.Base;
import org.nr4j.kv.internal.wal.BaseWriter;
import org.nr4j.kv.internal.wal.WriteAheadLog;

/**
 * Replaces the start of the log by a snapshot of the store, when the log has become long. A thread of its own takes and
 * writes the snapshot, while writes go on. A snapshot that fails concerns nobody else: the log stays as it is, and a
 * later attempt follows.
 *
 * <p>For the log's thread, except where methods say otherwise.
 */
final class BackgroundBase {
    private static final Logger LOGGER = System.getLogger(BackgroundBase.class.getName());

    private final WriteAheadLog log;
    private final long snapshotBytes;
    private final Supplier<CnrSnapshot<Contents>> snapshots;
    private final ValueLog values;
    private final ValueCompaction compaction;
    private final long hasher;

    /** Each opening adds a file to the log. With this many, a snapshot replaces them, however short they are. */
    private static final int MANY_SEGMENTS = 32;

    /** The attempt in progress, or null. */
    private @Nullable Attempt attempt;

    /** Those that have asked for a snapshot, and that the next attempt completes. */
    private List<CompletableFuture<@Nullable Void>> requested = new ArrayList<>();

    /** Whether the log has so many files that a snapshot is due for that alone. */
    private boolean hasManySegments;

    /** After a failed attempt: how long the log must be for the next one. */
    private long notBefore;

    private final AtomicLong completed = new AtomicLong();
    private volatile boolean closing;

    /** How many bytes of values had been added at the end of the last attempt. */
    private long valuesBefore;

    /**
     * Creates the writer of bases.
     *
     * @param hasher the id of the hash of the entries
     * @param snapshots takes a snapshot of the store; may wait for writers
     * @param submit submits writes, and returns once they are applied
     */
    BackgroundBase(
            WriteAheadLog log,
            ValueLog values,
            Durability options,
            long hasher,
            Supplier<CnrSnapshot<Contents>> snapshots,
            Consumer<List<Update>> submit) {
        this.log = log;
        this.values = values;
        this.hasher = hasher;
        this.snapshotBytes = options.snapshotBytes();
        this.snapshots = snapshots;
        this.compaction = new ValueCompaction(
                values, options.longestInMemory(), hasher, submit, () -> requireNotClosing(/* cause= */ null));
        this.hasManySegments = log.counters().segments() >= MANY_SEGMENTS;
    }

    /** A snapshot that is being written. */
    private final class Attempt extends Thread {
        private final BaseWriter writer;
        private final List<CompletableFuture<@Nullable Void>> promises = requested;

        // Written before `done`, read after it.
        private long @Nullable [] indexes;
        private Set<ValueFile> unneeded = Set.of();
        private @Nullable Throwable failure;
        private volatile boolean done;

        Attempt(BaseWriter writer) {
            super(null, null, "nr4j-snapshot", 0, /* inheritThreadLocals= */ false);
            this.writer = writer;
            setDaemon(true);
        }

        @Override
        public void run() {
            Events.LogSnapshot event = Events.begun(new Events.LogSnapshot());
            try {
                // A file that a write in progress needs is not among these. So the snapshot has all their values.
                Set<ValueFile> settled = values.settledFiles();
                compact(settled);
                CnrSnapshot<Contents> taken = snapshots.get();
                taken.state().writeForOwnLog(new Stoppable(writer), hasher);
                writer.complete();
                unneeded = unneededOf(settled, taken.state());
                values.closeDeleted();
                indexes = GroupCommit.toArray(taken.indexes());
                report(event, taken.state().count(), "");
            } catch (Throwable e) {
                failure = e;
                report(event, 0, e.toString());
            } finally {
                done = true;
            }
        }

        private void compact(Set<ValueFile> settled) throws IOException {
            if (compaction.mayHaveWork(settled)) {
                compaction.run(snapshots.get().state(), settled);
            }
        }

        private Set<ValueFile> unneededOf(Set<ValueFile> settled, Contents contents) {
            if (settled.isEmpty()) {
                return settled;
            }
            LiveValues live = values.live(contents);
            return settled.stream().filter(file -> !live.uses(file)).collect(Collectors.toSet());
        }

        private static void report(Events.@Nullable LogSnapshot event, long entries, String error) {
            if (event != null) {
                event.entries = entries;
                event.error = error;
                event.commit();
            }
        }
    }

    /** Stops a snapshot when the store is closed. */
    private final class Stoppable extends FilterOutputStream {
        Stoppable(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            requireNotClosing(/* cause= */ null);
            out.write(bytes, from, length);
        }
    }

    /** Throws if the store is being closed. For any thread. */
    void requireNotClosing(@Nullable IOException cause) throws IOException {
        if (closing) {
            throw new IOException("a store must stay open until its disk has the last write: closing=true", cause);
        }
    }

    /** Returns how many snapshots have replaced a start of the log. For any thread. */
    long completed() {
        return completed.get();
    }

    /** Has the next step start a snapshot. Completes the future when the snapshot is the start of the log. */
    void request(CompletableFuture<@Nullable Void> future) {
        requested.add(future);
    }

    /**
     * Does the next step, if there is one.
     *
     * @param indexes how many writes of each log are in the log on disk
     */
    void work(long... indexes) throws IOException {
        Attempt current = attempt;
        if (current == null) {
            if ((isDue() || !requested.isEmpty()) && !closing) {
                start(indexes);
            }
        } else if (current.done) {
            attempt = null;
            finish(current);
        }
    }

    private boolean isDue() {
        long bytes = log.counters().segmentBytes();
        Base base = log.base();
        boolean isLong = bytes >= snapshotBytes && (base == null || bytes >= base.bytes());
        return (bytes >= notBefore && (isLong || hasManySegments)) || hasManyValues();
    }

    /** Whether enough values were added for half of all to be dead, or nearly. */
    private boolean hasManyValues() {
        return values.appended() - valuesBefore >= Math.max(snapshotBytes, values.liveBytes() / 2);
    }

    /** Starts an attempt. All segments so far are before it, since the log begins another one first. */
    private void start(long... indexes) throws IOException {
        try {
            log.roll(indexes);
            Attempt started = new Attempt(log.newBase());
            requested = new ArrayList<>();
            attempt = started;
            started.start();
        } catch (DiskFullException e) {
            postpone(e, requested);
        }
    }

    private void finish(Attempt ended) throws IOException {
        valuesBefore = values.appended();
        try (BaseWriter writer = ended.writer) {
            if (ended.failure != null) {
                postpone(ended.failure, ended.promises);
                return;
            }
            long[] indexes = Objects.requireNonNull(ended.indexes);
            if (!hasNewerThan(indexes)) {
                log.installBase(writer, indexes);
                values.delete(ended.unneeded);
                completed.incrementAndGet();
            }
            notBefore = 0;
            hasManySegments = false;
            ended.promises.forEach(promise -> promise.complete(null));
        } catch (DiskFullException e) {
            postpone(e, ended.promises);
        }
    }

    /** Writes contents into a base. */
    void write(Contents contents, BaseWriter to) throws IOException {
        contents.writeForOwnLog(to, hasher);
        to.complete();
    }

    /** Whether the log has a base of this opening that has writes after these indexes. */
    boolean hasNewerThan(long... indexes) {
        Base base = log.base();
        if (base == null || base.position().epoch() < log.epoch()) {
            return false;
        }
        long[] ofBase = base.position().indexes();
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < ofBase[i]) {
                return true; // then the others are not greater, since both are moments of all logs
            }
        }
        return false;
    }

    private void postpone(Throwable cause, List<CompletableFuture<@Nullable Void>> promises) {
        promises.forEach(promise -> promise.completeExceptionally(cause));
        promises.clear();
        notBefore = log.counters().segmentBytes() + snapshotBytes / 4;
        if (!closing) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a snapshot must succeed for the log to become shorter: the log goes on, and a later snapshot "
                            + "tries again",
                    cause);
        }
    }

    /** Stops an attempt in progress. For any thread. */
    void stop() {
        closing = true;
    }

    /** Waits for the end of an attempt that was stopped, and drops it. */
    void close() throws IOException, InterruptedException {
        Attempt current = attempt;
        if (current != null) {
            current.join();
            current.writer.close();
            requested.addAll(current.promises);
        }
        IOException stopped = new IOException("a store must stay open until its snapshot is complete: closing=true");
        requested.forEach(promise -> promise.completeExceptionally(stopped));
    }
}
