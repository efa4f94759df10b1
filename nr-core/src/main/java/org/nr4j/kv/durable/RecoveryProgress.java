package org.nr4j.kv.durable;

/** Receives the progress of opening a durable store, about once a mebibyte and at the end. On the opening thread. */
@FunctionalInterface
public interface RecoveryProgress {
    /**
     * Receives the progress.
     *
     * @param bytes how many bytes have been read
     * @param total how many bytes there are to read
     */
    void read(long bytes, long total);
}
