package org.nr4j.kv.reconcile;

import java.security.SecureRandom;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.nr4j.kv.KeyValueStore;

/**
 * Options of sessions and responders. Immutable: each method that sets an option returns new options. The two sides
 * need not have the same options.
 */
public final class ReconcileOptions {
    /** The default of {@link #comparisonLimit}: a datagram of this size passes every IPv6 network in one piece. */
    public static final int DEFAULT_COMPARISON_LIMIT = 1232;

    /** The default of {@link #transferLimit}. */
    public static final int DEFAULT_TRANSFER_LIMIT = 1 << 16;

    /** The default of {@link #fanOut}: with 26, one difference in 10^6 entries takes three cuts. */
    public static final int DEFAULT_FAN_OUT = 26;

    /** The default of {@link #leafEntries}. */
    public static final int DEFAULT_LEAF_ENTRIES = 96;

    /** The default of {@link #window}. */
    public static final int DEFAULT_WINDOW = 16;

    /** The default of {@link #maxSessions}. */
    public static final int DEFAULT_MAX_SESSIONS = 64;

    private static final int LEAST_LIMIT = 256;
    private static final int MOST_LIMIT = 1 << 26;

    private final int comparisonLimit;
    private final int transferLimit;
    private final int fanOut;
    private final int leafEntries;
    private final int window;
    private final int maxSessions;
    private final long maxEntries;
    private final int maxValueLength;
    private final boolean probing;
    private final RandomGenerator random;

    private ReconcileOptions(Values values) {
        this.comparisonLimit = values.comparisonLimit;
        this.transferLimit = values.transferLimit;
        this.fanOut = values.fanOut;
        this.leafEntries = values.leafEntries;
        this.window = values.window;
        this.maxSessions = values.maxSessions;
        this.maxEntries = values.maxEntries;
        this.maxValueLength = values.maxValueLength;
        this.probing = values.probing;
        this.random = values.random;
    }

    /** Returns the default options. */
    public static ReconcileOptions defaults() {
        return new ReconcileOptions(new Values());
    }

    /**
     * Sets the largest size of a frame that compares ranges, in bytes. A frame is larger only if a single range needs
     * it, because its keys share a long prefix.
     *
     * @throws IllegalArgumentException if not from 256 to 2^26
     */
    public ReconcileOptions comparisonLimit(int bytes) {
        Values values = new Values(this);
        values.comparisonLimit = requireFromTo("comparisonLimit", bytes, LEAST_LIMIT, MOST_LIMIT);
        return new ReconcileOptions(values);
    }

    /**
     * Sets the largest size of a frame that transfers entries, in bytes. Longer values travel in pieces. A frame is
     * larger only if a single key needs it.
     *
     * @throws IllegalArgumentException if not from 256 to 2^26
     */
    public ReconcileOptions transferLimit(int bytes) {
        Values values = new Values(this);
        values.transferLimit = requireFromTo("transferLimit", bytes, LEAST_LIMIT, MOST_LIMIT);
        return new ReconcileOptions(values);
    }

    /**
     * Sets into how many parts a range is cut. More parts need fewer round trips and more bytes.
     *
     * @throws IllegalArgumentException if not from 2 to 256
     */
    public ReconcileOptions fanOut(int parts) {
        Values values = new Values(this);
        values.fanOut = requireFromTo("fanOut", parts, 2, 256);
        return new ReconcileOptions(values);
    }

    /**
     * Sets the largest number of entries of a range whose entries are compared one by one.
     *
     * @throws IllegalArgumentException if not from 1 to 1024
     */
    public ReconcileOptions leafEntries(int entries) {
        Values values = new Values(this);
        values.leafEntries = requireFromTo("leafEntries", entries, 1, 1024);
        return new ReconcileOptions(values);
    }

    /**
     * Sets how many frames of a session may wait for their answers at the same time.
     *
     * @throws IllegalArgumentException if not from 1 to 1024
     */
    public ReconcileOptions window(int frames) {
        Values values = new Values(this);
        values.window = requireFromTo("window", frames, 1, 1024);
        return new ReconcileOptions(values);
    }

    /**
     * Sets how many sessions a responder serves at the same time. A new session ends the one that has been idle for
     * longest.
     *
     * @throws IllegalArgumentException if not from 1 to 2^20
     */
    public ReconcileOptions maxSessions(int sessions) {
        Values values = new Values(this);
        values.maxSessions = requireFromTo("maxSessions", sessions, 1, 1 << 20);
        return new ReconcileOptions(values);
    }

    /**
     * Sets how many entries the peer may have in the range of a session. A session with a peer that claims more fails.
     * By default there is no limit.
     *
     * @throws IllegalArgumentException if negative
     */
    public ReconcileOptions maxEntries(long entries) {
        if (entries < 0) {
            throw new IllegalArgumentException(
                    "maxEntries must not be negative: maxEntries=" + entries + "; pass 0 or more");
        }
        Values values = new Values(this);
        values.maxEntries = entries;
        return new ReconcileOptions(values);
    }

    /**
     * Sets the largest length of a value that a peer may send in pieces, in bytes; by default that of a store's values.
     * A session with a longer value fails.
     *
     * @throws IllegalArgumentException if not from 1 to 2^30
     */
    public ReconcileOptions maxValueLength(int bytes) {
        Values values = new Values(this);
        values.maxValueLength = requireFromTo("maxValueLength", bytes, 1, 1 << 30);
        return new ReconcileOptions(values);
    }

    /**
     * Sets whether a session first compares its whole range only; by default it does not. A session of equal stores
     * then takes about 100 bytes. A session of different stores takes one more round trip.
     */
    public ReconcileOptions probing(boolean probing) {
        Values values = new Values(this);
        values.probing = probing;
        return new ReconcileOptions(values);
    }

    /**
     * Sets the source of session ids and of boundaries; by default a {@link SecureRandom}. Who writes to a store must
     * not be able to predict the numbers. Sessions and responders call it under their own locks: pass one that several
     * threads may use, or give each session one of its own.
     */
    public ReconcileOptions random(RandomGenerator random) {
        Values values = new Values(this);
        values.random = Objects.requireNonNull(random, "random must not be null: pass a source of random numbers");
        return new ReconcileOptions(values);
    }

    private static int requireFromTo(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ": " + name + "="
                    + value + "; the nearest is " + Math.max(least, Math.min(value, most)));
        }
        return value;
    }

    /** Returns the largest size of a frame that compares ranges, in bytes. */
    public int comparisonLimit() {
        return comparisonLimit;
    }

    /** Returns the largest size of a frame that transfers entries, in bytes. */
    public int transferLimit() {
        return transferLimit;
    }

    /** Returns into how many parts a range is cut. */
    public int fanOut() {
        return fanOut;
    }

    /** Returns the largest number of entries of a range whose entries are compared one by one. */
    public int leafEntries() {
        return leafEntries;
    }

    /** Returns how many frames of a session may wait for their answers at the same time. */
    public int window() {
        return window;
    }

    /** Returns how many sessions a responder serves at the same time. */
    public int maxSessions() {
        return maxSessions;
    }

    /** Returns how many entries the peer may have in the range of a session. */
    public long maxEntries() {
        return maxEntries;
    }

    /** Returns the largest length of a value that a peer may send in pieces, in bytes. */
    public int maxValueLength() {
        return maxValueLength;
    }

    /** Whether a session first compares its whole range only. */
    public boolean probing() {
        return probing;
    }

    /** Returns the source of session ids and of boundaries. */
    public RandomGenerator random() {
        return random;
    }

    /** The options while one of them changes. */
    private static final class Values {
        private int comparisonLimit = DEFAULT_COMPARISON_LIMIT;
        private int transferLimit = DEFAULT_TRANSFER_LIMIT;
        private int fanOut = DEFAULT_FAN_OUT;
        private int leafEntries = DEFAULT_LEAF_ENTRIES;
        private int window = DEFAULT_WINDOW;
        private int maxSessions = DEFAULT_MAX_SESSIONS;
        private long maxEntries = Long.MAX_VALUE;
        private int maxValueLength = KeyValueStore.Builder.DEFAULT_MAX_VALUE_LENGTH;
        private boolean probing;
        private RandomGenerator random;

        Values() {
            this.random = new SecureRandom();
        }

        Values(ReconcileOptions options) {
            this.comparisonLimit = options.comparisonLimit;
            this.transferLimit = options.transferLimit;
            this.fanOut = options.fanOut;
            this.leafEntries = options.leafEntries;
            this.window = options.window;
            this.maxSessions = options.maxSessions;
            this.maxEntries = options.maxEntries;
            this.maxValueLength = options.maxValueLength;
            this.probing = options.probing;
            this.random = options.random;
        }
    }
}
