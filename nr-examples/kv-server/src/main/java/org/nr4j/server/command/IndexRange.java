package org.nr4j.server.command;

/** Indexes from one to another, both inclusive; counted from the end if negative. */
public record IndexRange(long from, long to) {
    /** Returns the first index. */
    public long start(long size) {
        return from < 0 ? Math.max(0, from + size) : from;
    }

    /** Returns the last index. */
    public long stop(long size) {
        return to < 0 ? to + size : Math.min(to, size - 1);
    }
}
