package org.nr4j.kv.internal.durable;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.CnrSnapshot;
import org.nr4j.internal.stats.Events;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.DiskFullException;
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

    /** Each opening adds a file to the log. With this many, a snapshot replaces them, however short they are. */
    private static final int MANY_SEGMENTS = 32;

    /** The attempt in progress, or null. */
    private @Nullable Attempt attempt;

    /** Whether the log has so many files that a snapshot is due for that alone. */
    private boolean hasManySegments;

    /** After a failed attempt: how long the log must be for the next one. */
    private long notBefore;

    private final AtomicLong completed = new AtomicLong();
    private volatile boolean closing;

    /** @param snapshots takes a snapshot of the store; may wait for writers */
    BackgroundBase(WriteAheadLog log, Durability options, Supplier<CnrSnapshot<Contents>> snapshots) {
        this.log = log;
        this.snapshotBytes = options.snapshotBytes();
        this.snapshots = snapshots;
        this.hasManySegments = log.counters().segments() >= MANY_SEGMENTS;
    }

    /** A snapshot that is being written. */
    private final class Attempt extends Thread {
        private final BaseWriter writer;

        // Written before `done`, read after it.
        private long @Nullable [] indexes;
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
                CnrSnapshot<Contents> taken = snapshots.get();
                taken.state().writeTo(new Stoppable(writer));
                writer.complete();
                indexes = GroupCommit.toArray(taken.indexes());
                report(event, taken.state().count(), "");
            } catch (Throwable e) {
                failure = e;
                report(event, 0, e.toString());
            } finally {
                done = true;
            }
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

    /**
     * Does the next step, if there is one.
     *
     * @param indexes how many writes of each log are in the log on disk
     */
    void work(long... indexes) throws IOException {
        Attempt current = attempt;
        if (current == null) {
            if (isDue() && !closing) {
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
        return bytes >= notBefore && (isLong || hasManySegments);
    }

    /** Starts an attempt. All segments so far are before it, since the log begins another one first. */
    private void start(long... indexes) throws IOException {
        try {
            log.roll(indexes);
            Attempt started = new Attempt(log.newBase());
            attempt = started;
            started.start();
        } catch (DiskFullException e) {
            postpone(e);
        }
    }

    private void finish(Attempt ended) throws IOException {
        try (BaseWriter writer = ended.writer) {
            if (ended.failure != null) {
                postpone(ended.failure);
                return;
            }
            long[] indexes = Objects.requireNonNull(ended.indexes);
            if (!hasNewerThan(indexes)) {
                log.installBase(writer, indexes);
                completed.incrementAndGet();
            }
            notBefore = 0;
            hasManySegments = false;
        } catch (DiskFullException e) {
            postpone(e);
        }
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

    private void postpone(Throwable cause) {
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
        }
    }
}
