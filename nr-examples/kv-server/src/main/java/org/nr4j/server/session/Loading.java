package org.nr4j.server.session;

/** How far the server has read its data. For any number of threads; one of them reads the data. */
public final class Loading {
    private static final long MILLIS = 1_000;

    private final long started = System.currentTimeMillis();
    private volatile long bytes;
    private volatile long total;

    /** Notes how many bytes have been read, and how many there are. */
    public void progress(long bytes, long total) {
        this.bytes = bytes;
        this.total = total;
    }

    long startedSeconds() {
        return started / MILLIS;
    }

    long bytes() {
        return bytes;
    }

    long total() {
        return total;
    }

    /** Returns the part that has been read, in percent. */
    public double percent() {
        return total == 0 ? 0 : 100.0 * bytes / total;
    }

    /** Returns how many seconds the rest will take if it goes on as before; 1 if that is unknown. */
    long secondsLeft() {
        long read = bytes;
        long elapsed = System.currentTimeMillis() - started;
        return read == 0 ? 1 : (total - read) * elapsed / read / MILLIS;
    }
}
