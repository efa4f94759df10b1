package org.nr4j.internal.combine;

/**
 * What a combiner decides by experience: nothing but speed depends on it. Each constant says what it is worth; docs/adr
 * has how that was measured.
 */
public final class CombinerPolicy {
    /**
     * How many rounds a thread combines in a row while there is work, or some is expected. Then it wakes one of those
     * who wait, to go on instead. Each change of combiners moves what they work on, the structure first of all, from
     * the cache of one processor to that of another.
     */
    static final int SERVING_ROUNDS = 32;

    /**
     * For how many pauses a combiner leaves readers to themselves between two rounds: about as long as a round takes.
     * So the next round does for more writes, and readers are not kept out as often.
     */
    static final int READERS_TURN = 60;

    /** The mean size of batches is that of about so many of the last ones. */
    static final int REMEMBERED_BATCHES = 32;

    /** How often a reader lets writers overtake it before it competes with them for the lock. */
    public static final int READER_PATIENCE = 4;

    /**
     * How often in a lap of the log what everybody has read is let go of. So nobody is kept waiting by what has
     * gathered.
     */
    public static final int RECLAIMS_A_LAP = 64;

    /** The part of the log that is kept when it is reclaimed, for a follower that was away: one in so many. */
    public static final int KEPT_PART_OF_LOG = 4;

    /** How long one sleeps who cannot be woken. */
    public static final long SLEEP_NANOS = 50_000;

    private CombinerPolicy() {}

    /** The next value of {@link CombinerState#recentOperations}, after a batch of that size. */
    static int afterBatch(int recentOperations, int size) {
        int forgotten = (recentOperations + REMEMBERED_BATCHES / 2) / REMEMBERED_BATCHES; // rounded
        return recentOperations + size - forgotten;
    }

    /**
     * Whether of late a batch had at least half as many operations as the replica has readers. Then what writers wait
     * for matters more than what readers wait for: answers are told at once, and readers get no turn of their own.
     */
    static boolean writersPrevail(int recentOperations, int readers) {
        return 2 * recentOperations >= REMEMBERED_BATCHES * readers;
    }

    /**
     * Whether others will have something to write by the end of the readers' turn: of late there were two writes a
     * batch or more. Then to stay is cheaper than to hand over what the combiner works on.
     */
    static boolean expectsWrites(int recentOperations, int readers) {
        return recentOperations >= 2 * REMEMBERED_BATCHES && !writersPrevail(recentOperations, readers);
    }
}
