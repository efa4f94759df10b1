package org.nr4j.server.http;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has been done over HTTP. For any number of threads. */
public final class HttpStats {
    /** The upper ends of the classes of {@link #durations}, in milliseconds; the last class has none. */
    private static final double[] BOUNDS = {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000};

    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<Integer, LongAdder> responses = new ConcurrentHashMap<>();
    private final LongAdder[] classes = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    HttpStats() {
        Arrays.setAll(classes, i -> new LongAdder());
    }

    void received(long bytes) {
        bytesIn.add(bytes);
    }

    void sent(long bytes) {
        bytesOut.add(bytes);
    }

    void responded(int status) {
        responses.computeIfAbsent(status, key -> new LongAdder()).increment();
    }

    void took(long duration) {
        nanos.add(duration);
        int index = Arrays.binarySearch(BOUNDS, duration / NANOS_PER_MILLI);
        classes[index < 0 ? -index - 1 : index].increment();
    }

    /** Returns the number of responses of each status. */
    public Map<Integer, Long> responses() {
        Map<Integer, Long> sums = new TreeMap<>();
        responses.forEach((status, count) -> sums.put(status, count.sum()));
        return sums;
    }

    /** Returns the upper ends of the classes of {@link #durations}, in milliseconds; the last class has none. */
    public static double[] bounds() {
        return BOUNDS.clone();
    }

    /** Returns how many requests took how long, from their last byte to the last byte of the response. */
    public long[] durations() {
        return Arrays.stream(classes).mapToLong(LongAdder::sum).toArray();
    }

    /** Returns how long all requests took, in nanoseconds. */
    public long nanos() {
        return nanos.sum();
    }

    /** Returns the number of bytes received. */
    public long bytesIn() {
        return bytesIn.sum();
    }

    /** Returns the number of bytes sent. */
    public long bytesOut() {
        return bytesOut.sum();
    }
}
