package org.nr4j;

/** A follower was dropped because it was further behind than its owner allowed ({@link FollowerOptions#dropWhenBehind}). It has not seen the writes from {@link #index} on. */
public final class FollowerDroppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long index;

    /**
     * @param name the follower's
     * @param index of the first write it has not consumed
     * @param lag how many writes it was behind
     * @param maxLag how many it was allowed
     */
    public FollowerDroppedException(String name, long index, long lag, long maxLag) {
        super("a follower must stay within maxLag of the writers: follower=" + name + " lag=" + lag + " maxLag="
                + maxLag + " index=" + index
                + "; follow anew from a snapshot, with a larger maxLag, a faster consumer, or slowWriters()");
        this.index = index;
    }

    /** The number of the first write that it has not consumed. */
    public long index() {
        return index;
    }
}
