package org.nr4j.kv.internal.wal;

/** Counts the bytes that recovery has read, and reports them now and then. For one thread. */
final class ProgressMeter {
    private static final long STEP = 1 << 20;

    private final Recovery.Progress progress;
    private final long total;
    private long read;
    private long reported;

    ProgressMeter(Recovery.Progress progress, long total) {
        this.progress = progress;
        this.total = total;
    }

    void add(long bytes) {
        read += bytes;
        if (read - reported >= STEP || read == total) {
            reported = read;
            progress.read(read, total);
        }
    }
}
