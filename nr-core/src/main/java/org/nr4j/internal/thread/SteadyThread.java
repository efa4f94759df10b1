package org.nr4j.internal.thread;

/** A thread of this library. Its id cannot be overridden, so {@link ThreadIds} believes it without a look-up. */
public abstract class SteadyThread extends Thread {
    /** Creates a thread that runs {@code task}. */
    protected SteadyThread(Runnable task, String name) {
        super(task, name);
    }

    @Override
    @SuppressWarnings("deprecation") // from JDK 19 on
    public final long getId() {
        return super.getId();
    }
}
