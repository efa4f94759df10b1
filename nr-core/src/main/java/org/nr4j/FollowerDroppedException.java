package org.nr4j;

/**
 * The failure of a follower that was dropped because it was further behind than {@link FollowerOptions#maxLag}. Its
 * consumer has not finished the writes from {@link #index} on.
 *
 * @see FollowerOptions#dropWhenBehind
 */
public final class FollowerDroppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long index;

    /**
     * Creates the exception.
     *
     * @param name the name of the follower
     * @param index the number of the first write that its consumer has not finished
     * @param lag how many writes the follower was behind
     * @param maxLag how many writes it was allowed to be behind
     */
    public FollowerDroppedException(String name, long index, long lag, long maxLag) {
        super("a follower must stay within maxLag of the writers: follower=" + name + " lag=" + lag + " maxLag="
                + maxLag + " index=" + index
                + "; follow anew from a snapshot, with a larger maxLag, a faster consumer, or slowWriters()");
        this.index = index;
    }

    /** Returns the number of the first write that the consumer has not finished. */
    public long index() {
        return index;
    }
}
