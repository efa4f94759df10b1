package org.nr4j.testing;

import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;

/** Platform or virtual threads. */
public enum TestThreads {
    PLATFORM(task -> new Thread(task)),
    VIRTUAL(virtualFactory());

    private final ThreadFactory factory;

    TestThreads(ThreadFactory factory) {
        this.factory = factory;
    }

    /** Virtual threads exist since JDK 21. */
    public boolean isSupported() {
        return factory != null;
    }

    /** A daemon thread of this kind, not started. */
    public Thread newThread(String name, Runnable task) {
        if (factory == null) {
            throw new IllegalStateException(name() + " threads are not supported by JDK "
                    + Runtime.version().feature());
        }
        Thread thread = factory.newThread(task);
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }

    private static ThreadFactory virtualFactory() {
        if (Runtime.version().feature() < 21) {
            return null;
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            return (ThreadFactory) factory.invoke(builder);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("virtual threads", e);
        }
    }
}
