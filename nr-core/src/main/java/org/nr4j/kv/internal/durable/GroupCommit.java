package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.Cut;
import org.nr4j.cnr.CutConsumer;
import org.nr4j.cnr.CutWrite;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.internal.stats.Events;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.disk.DiskFullException;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.wal.BaseWriter;
import org.nr4j.kv.internal.wal.WriteAheadLog;

/**
 * Puts the writes of a store into the log on disk. The writes of a cut become one record, and one sync. A cut has all
 * writes that came during the sync before, so a sync serves all threads that wait. A cut of more than
 * {@link CommitRecord#LARGE} bytes becomes several records, each with a sync of its own.
 *
 * <p>For the log's own thread. A failure ends the log for good; only a full disk is waited for.
 */
final class GroupCommit implements CutConsumer<Update> {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How many bytes are written between two looks at the room on the disk. */
    private static final long ROOM_STEP = 1 << 20;

    private final WriteAheadLog log;
    private final Disk disk;
    private final Durability options;
    private final CommitState state;
    private final BackgroundBase bases;
    private final long syncNanos;

    private final CommitRecord record = new CommitRecord();

    /** The writers of this cut that were not completed. */
    private final List<AwaitedWrite> waiting = new ArrayList<>();

    /** Whether there are records that were not synced. */
    private boolean dirty;

    private long lastSync = System.nanoTime();
    private long bytesAtLook = -ROOM_STEP;

    /** Something to do that fails while the disk is full. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    GroupCommit(WriteAheadLog log, Disk disk, Durability options, CommitState state, BackgroundBase bases) {
        this.log = log;
        this.disk = disk;
        this.options = options;
        this.state = state;
        this.bases = bases;
        this.syncNanos = options.syncPolicy().equals(SyncPolicy.NEVER)
                ? Long.MAX_VALUE
                : options.syncPolicy().interval().toNanos();
    }

    @Override
    public void accept(Cut<Update> cut) throws IOException {
        try {
            commit(cut);
        } catch (Throwable e) {
            state.fail(e);
            throw e;
        }
    }

    private void commit(Cut<Update> cut) throws IOException {
        LogIndexes after = cut.after();
        if (after.logs() == 1) {
            addAll(cut.operations(), cut.before());
        } else {
            addAllOfLogs(cut.writes(), cut.before());
        }
        persist();
        state.advance(after);
        completeWaiting();
        long[] indexes = toArray(after);
        if (log.position() >= options.segmentBytes()) {
            whileFull(() -> log.roll(indexes));
        }
        lookAtRoom();
        bases.work(indexes);
    }

    private void addAll(List<Update> writes, LogIndexes before) throws IOException {
        long index = before.of(0);
        for (Update write : writes) {
            index++;
            if (AwaitedWrite.unwrap(write) instanceof ReplaceAll all) {
                replaceAll(all, index);
            } else {
                add(write, /* continues= */ false);
            }
            note(write);
        }
    }

    private void addAllOfLogs(List<CutWrite<Update>> writes, LogIndexes before) throws IOException {
        WriteCounts counts = new WriteCounts(toArray(before));
        CutWrite<Update> last = null;
        for (CutWrite<Update> write : writes) {
            boolean continues = last != null && last.log() == write.log() && last.index() == write.index();
            counts.add(write.op(), continues);
            if (AwaitedWrite.unwrap(write.op()) instanceof ReplaceAll all) {
                replaceAll(all, counts.counts());
            } else {
                add(write.op(), continues);
            }
            note(write.op());
            last = write;
        }
    }

    private void add(Update write, boolean continues) throws IOException {
        if (record.isLarge() && !continues) {
            commitPart();
        }
        record.add(write, continues);
    }

    /**
     * Persists the writes of the cut so far, and completes their writers. They then do not wait for the rest of a large
     * cut. Readers do, since the durable index rises to the ends of cuts only.
     */
    private void commitPart() throws IOException {
        persist();
        completeWaiting();
    }

    private void note(Update write) {
        if (write instanceof AwaitedWrite awaitedWrite) {
            waiting.add(awaitedWrite);
        }
    }

    private void completeWaiting() {
        waiting.forEach(AwaitedWrite::complete);
        waiting.clear();
    }

    /** Appends the record, and syncs the log if the policy asks for it. */
    private void persist() throws IOException {
        append();
        if (System.nanoTime() - lastSync >= syncNanos) {
            sync();
        }
    }

    private void append() throws IOException {
        if (!record.isEmpty()) {
            whileFull(() -> log.append(record.bytes()));
            record.clear();
            dirty = true;
        }
    }

    /** Syncs what was written since the last sync. */
    private void sync() throws IOException {
        if (dirty) {
            Events.LogSync event = Events.begun(new Events.LogSync());
            log.sync();
            dirty = false;
            if (event != null) {
                event.bytes = log.counters().bytes();
                event.commit();
            }
        }
        lastSync = System.nanoTime();
    }

    /**
     * New contents for all: they become the base of the log, and no earlier write is needed any more. Takes as long as
     * writing them all.
     *
     * <p>A snapshot in the background can be ahead of the log. If the base has these contents already, they are left
     * out. Then the next segment starts after them, since the log has no record of them.
     *
     * @param indexes the writes up to this one
     */
    private void replaceAll(ReplaceAll all, long... indexes) throws IOException {
        commitPart();
        whileFull(() -> {
            if (bases.hasNewerThan(indexes)) {
                log.roll(indexes);
                return;
            }
            try (BaseWriter base = log.newBase()) {
                bases.write(all.contents(), base);
                log.roll(indexes);
                log.installBase(base, indexes);
            }
        });
        dirty = false;
    }

    /** Runs a step again and again while the disk is full. Meanwhile the store refuses writes. */
    private void whileFull(Step step) throws IOException {
        while (true) {
            try {
                step.run();
                return;
            } catch (DiskFullException e) {
                state.setFull(true);
                LockSupport.parkNanos(this, RETRY_NANOS);
                bases.requireNotClosing(e);
            }
        }
    }

    // ---- now and then ----

    private void lookAtRoom() throws IOException {
        long bytes = log.counters().bytes();
        if (bytes - bytesAtLook >= ROOM_STEP || state.isFull()) {
            bytesAtLook = bytes;
            state.setFull(disk.usableBytes() < options.minFreeBytes());
        }
    }

    /** Does what is due while there are no writes. */
    void tick(LogIndexes indexes) {
        if (state.failure() != null) {
            return;
        }
        try {
            if (dirty && System.nanoTime() - lastSync >= syncNanos) {
                sync();
            }
            if (state.isFull()) {
                lookAtRoom();
            }
            bases.work(toArray(indexes));
        } catch (Throwable e) {
            state.fail(e);
        }
    }

    /** Syncs the log now, whatever the policy. */
    void syncNow() {
        if (state.failure() == null) {
            try {
                sync();
            } catch (Throwable e) {
                state.fail(e);
            }
        }
        state.requireIntact();
    }

    /** Starts a snapshot that becomes the start of the log. */
    void rewrite(LogIndexes indexes, CompletableFuture<@Nullable Void> future) {
        bases.request(future);
        tick(indexes);
        Throwable failure = state.failure();
        if (failure != null) {
            future.completeExceptionally(failure);
        }
    }

    static long[] toArray(LogIndexes indexes) {
        long[] array = new long[indexes.logs()];
        Arrays.setAll(array, indexes::of);
        return array;
    }
}
