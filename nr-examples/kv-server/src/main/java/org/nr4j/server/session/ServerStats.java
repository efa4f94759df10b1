package org.nr4j.server.session;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the server has done since its start, or since CONFIG RESETSTAT. For any number of threads. */
public final class ServerStats {
    /** A client can cause errors of any name by a script. */
    private static final int MOST_ERROR_CODES = 128;

    private static final int LONGEST_ERROR_CODE = 64;

    final LongAdder commands = new LongAdder();
    final LongAdder connections = new LongAdder();
    final LongAdder refusedConnections = new LongAdder();
    final LongAdder received = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder evictedKeys = new LongAdder();
    final LongAdder errors = new LongAdder();
    final OperationRate rate = new OperationRate();
    private final Map<String, LongAdder> errorsByCode = new ConcurrentHashMap<>();

    // ---- connections ----

    /** Counts a connection. */
    public void connected() {
        connections.increment();
    }

    /** Counts a connection that was refused. */
    public void refused() {
        refusedConnections.increment();
    }

    /** Returns the number of connections that clients have opened. */
    public long connections() {
        return connections.sum();
    }

    /** Returns the number of connections that were refused. */
    public long refusedConnections() {
        return refusedConnections.sum();
    }

    /** Counts bytes that Redis clients have sent. */
    public void received(int bytes) {
        received.add(bytes);
    }

    /** Counts bytes that Redis clients are sent. */
    public void sent(int bytes) {
        sent.add(bytes);
    }

    /** Returns the number of bytes that Redis clients have sent. */
    public long bytesIn() {
        return received.sum();
    }

    /** Returns the number of bytes that Redis clients were sent. */
    public long bytesOut() {
        return sent.sum();
    }

    // ---- commands ----

    /** Returns the number of commands. */
    public long commands() {
        return commands.sum();
    }

    /** Counts an error reply, whose text is in a range of bytes. */
    void failed(byte[] bytes, int from, int to) {
        errors.increment();
        int end = from;
        while (end < Math.min(to, from + LONGEST_ERROR_CODE) && bytes[end] > ' ') {
            end++;
        }
        String code = new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
        LongAdder count = errorsByCode.get(code);
        if (count == null && errorsByCode.size() < MOST_ERROR_CODES) {
            count = errorsByCode.computeIfAbsent(code, name -> new LongAdder());
        }
        if (count != null) {
            count.increment();
        }
    }

    /** Counts keys that reads have found, and have not found. */
    void lookedUp(long found, long missing) {
        if (found != 0) {
            hits.add(found);
        }
        if (missing != 0) {
            misses.add(missing);
        }
    }

    /** Takes a sample for the rate of operations. To be called by one thread, now and then. */
    public void sample() {
        rate.sample(commands.sum());
    }

    Map<String, LongAdder> errorsByCode() {
        return errorsByCode;
    }

    void reset() {
        commands.reset();
        connections.reset();
        refusedConnections.reset();
        received.reset();
        sent.reset();
        hits.reset();
        misses.reset();
        evictedKeys.reset();
        errors.reset();
        errorsByCode.clear();
    }
}
