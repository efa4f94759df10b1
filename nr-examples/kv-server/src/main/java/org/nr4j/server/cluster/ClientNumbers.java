package org.nr4j.server.cluster;

/**
 * The numbers that a member gives its clients. No two members and no two runs of a member use the same, since the store
 * of all members has what clients watch. A number is the position of the member (8 bits), and a count that begins with
 * the time of the start: seconds (31 bits) and zeros (24 bits).
 *
 * @param firstEver the least number of all runs of the member
 * @param first the least number of this run
 */
public record ClientNumbers(long firstEver, long first) {
    /** How many members a cluster can have. */
    public static final int MOST_MEMBERS = 100;

    private static final int COUNT_BITS = 24;
    private static final int MEMBER_SHIFT = 55;
    private static final long SECONDS_MASK = (1L << (MEMBER_SHIFT - COUNT_BITS)) - 1;
    private static final long MILLIS = 1_000;

    /** The numbers of a server that is in no cluster. */
    public static final ClientNumbers ALONE = new ClientNumbers(1, 1);

    /** Returns the numbers of a member that starts at a time. */
    public static ClientNumbers of(int position, long millis) {
        if (position < 0 || position >= MOST_MEMBERS) {
            throw new IllegalArgumentException("a cluster must have at most " + MOST_MEMBERS + " members: position="
                    + position + "; leave members out");
        }
        long firstEver = (position + 1L) << MEMBER_SHIFT;
        return new ClientNumbers(firstEver, firstEver + (((millis / MILLIS) & SECONDS_MASK) << COUNT_BITS));
    }
}
