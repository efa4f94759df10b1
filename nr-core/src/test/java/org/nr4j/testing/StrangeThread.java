package org.nr4j.testing;

import java.util.concurrent.atomic.AtomicLong;

/** A thread whose class overrides {@code getId()}, in one of several ways. */
public class StrangeThread extends Thread {
    /** What {@code getId()} returns. */
    public enum Kind {
        ZERO,
        DUPLICATE,
        MINUS_ONE,
        SMALLEST,
        /** Another value at each call. */
        CHANGING,
        /** Nothing: it throws. */
        THROWING
    }

    private static final AtomicLong CALLS = new AtomicLong();

    private final Kind kind;

    public StrangeThread(Runnable task, Kind kind) {
        super(task);
        this.kind = kind;
    }

    @Override
    @SuppressWarnings("deprecation") // from JDK 19 on
    public long getId() {
        return switch (kind) {
            case ZERO -> 0;
            case DUPLICATE -> 7;
            case MINUS_ONE -> -1;
            case SMALLEST -> Long.MIN_VALUE;
            case CHANGING -> CALLS.incrementAndGet();
            case THROWING -> throw new UnsupportedOperationException("getId must not be called");
        };
    }
}
