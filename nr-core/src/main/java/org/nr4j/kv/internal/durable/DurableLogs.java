package org.nr4j.kv.internal.durable;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.ConcurrentNodeReplicated;
import org.nr4j.internal.stats.Events;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.RecoveryProgress;
import org.nr4j.kv.internal.contents.Contents;
import org.nr4j.kv.internal.disk.Disk;
import org.nr4j.kv.internal.op.Updates.ReplaceAll;
import org.nr4j.kv.internal.replica.Query;
import org.nr4j.kv.internal.replica.Update;
import org.nr4j.kv.internal.segment.TornTail;
import org.nr4j.kv.internal.values.ValueLog;
import org.nr4j.kv.internal.wal.Recovery;
import org.nr4j.kv.internal.wal.WriteAheadLog;

/** Opens the logs of stores. */
public final class DurableLogs {
    private static final Logger LOGGER = System.getLogger(DurableLogs.class.getName());
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private DurableLogs() {}

    /**
     * Reads the log on a disk into an empty store, and writes all later writes of the store to it.
     *
     * @param replicated empty, and known to nobody else
     * @param disk belongs to the log from now on; it is closed if this method throws
     * @throws org.nr4j.kv.durable.DamagedLogException if the log is damaged; then nothing changes on the disk
     * @throws IOException if the disk cannot be read or written, or belongs to another program
     */
    public static DurableLog open(
            ConcurrentNodeReplicated<Query, Update, @Nullable Object> replicated,
            StoreForm form,
            Durability options,
            Disk disk)
            throws IOException {
        boolean opened = false;
        ValueLog values = null;
        try {
            long start = System.nanoTime();
            Events.Recovery event = Events.begun(new Events.Recovery());
            Progress progress = new Progress(options);
            Recovery recovery = Recovery.open(disk, progress);
            values = ValueLog.open(disk, recovery.storeId(), options.segmentBytes(), options.valueCacheBytes());
            Replay replay = new Replay(form, recovery, values);
            TornTail torn = replay.run();
            Contents contents = replay.contents();
            if (values.isUsed()) {
                values.requirePlaces(contents);
            }
            replay.syncValues();
            replicated.executeMut(new ReplaceAll(contents));
            WriteAheadLog log = recovery.start(values::sync, GroupCommit.toArray(replicated.indexes()));
            report(torn, options.directory());
            Recovered recovered = new Recovered(
                    contents.count(), progress.read, System.nanoTime() - start, torn == null ? 0 : torn.bytes());
            report(recovered, event);
            DurableLog result = new DurableLog(replicated, options, disk, log, values, form.hasherId(), recovered);
            opened = true;
            return result;
        } finally {
            if (!opened) {
                if (values != null) {
                    values.close();
                }
                disk.close();
            }
        }
    }

    /** Reports a long recovery now and then. For one thread. */
    private static final class Progress implements Recovery.Progress {
        private final Path directory;
        private final RecoveryProgress receiver;
        private long lastReport = System.nanoTime();
        private long read;

        Progress(Durability options) {
            this.directory = options.directory();
            this.receiver = options.progress();
        }

        @Override
        public void read(long bytes, long total) {
            read = bytes;
            receiver.read(bytes, total);
            long now = System.nanoTime();
            if (now - lastReport >= REPORT_NANOS) {
                lastReport = now;
                LOGGER.log(
                        Logger.Level.INFO,
                        "reading the log of a store: directory={0} bytes={1} of={2}",
                        directory,
                        bytes,
                        total);
            }
        }
    }

    private static void report(Recovered recovered, Events.@Nullable Recovery event) {
        if (event != null) {
            event.bytes = recovered.bytes();
            event.entries = recovered.entries();
            event.cutBytes = recovered.cutBytes();
            event.commit();
        }
    }

    private static void report(@Nullable TornTail torn, Path directory) {
        if (torn != null) {
            LOGGER.log(
                    Logger.Level.WARNING,
                    "a crash left a half-written end of the log, which was cut off; no write that was on the disk was in "
                            + "it: directory={0} file={1} offset={2} bytes={3}",
                    directory,
                    torn.file(),
                    torn.offset(),
                    torn.bytes());
        }
    }
}
