package org.nr4j.internal.combine;

/**
 * The decisions of a combiner that affect speed only. Each constant says what it decides.
 * docs/adr/0010-combiner-policy.md says how the value was measured.
 */
public final class CombinerPolicy {
    /**
     * How many rounds a thread combines in a row while there is work, or work is expected. After that, it wakes a
     * waiting thread, which takes over. Each change of combiners moves the structure, and all else that combiners work
     * on, from the cache of one processor to that of another.
     */
    static final int SERVING_ROUNDS = 32;

    /**
     * For how many pauses a combiner leaves the replica to the readers between two rounds: about as long as a round
     * takes. The next round then does more writes, and readers are kept out less often.
     */
    static final int READERS_TURN = 60;

    /** The mean size of batches is taken over about this many of the last batches. */
    static final int REMEMBERED_BATCHES = 32;

    /** How often writers may overtake a reader before it competes with them for the lock. */
    public static final int READER_PATIENCE = 4;

    /**
     * How often in a lap of the log the entries that all replicas and followers have read are freed. Small steps, so
     * that no thread waits for a large one.
     */
    public static final int RECLAIMS_A_LAP = 64;

    /** The part of the log that reclaiming keeps for a follower that was away: one in this many. */
    public static final int KEPT_PART_OF_LOG = 4;

    /** How long a waiter sleeps when nobody can unpark it, in nanoseconds. */
    public static final long SLEEP_NANOS = 50_000;

    private CombinerPolicy() {}

    /** Returns the next value of {@link CombinerState#recentOperations}, after a batch of {@code size} operations. */
    static int afterBatch(int recentOperations, int size) {
        int forgotten = (recentOperations + REMEMBERED_BATCHES / 2) / REMEMBERED_BATCHES; // rounded
        return recentOperations + size - forgotten;
    }

    /**
     * Whether the last batches had, on average, at least half as many operations as the replica has readers. Then the
     * waits of writers matter more than those of readers. So requests are completed at once, and readers get no turn of
     * their own.
     */
    static boolean writersPrevail(int recentOperations, int readers) {
        return 2 * recentOperations >= REMEMBERED_BATCHES * readers;
    }

    /**
     * Whether other threads will probably have published writes by the end of the readers' turn: the last batches had,
     * on average, two writes or more. Then staying costs less than handing the work over to another thread.
     */
    static boolean expectsWrites(int recentOperations, int readers) {
        return recentOperations >= 2 * REMEMBERED_BATCHES && !writersPrevail(recentOperations, readers);
    }
}
