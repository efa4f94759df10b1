package org.nr4j.internal.thread;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Tells virtual threads from platform threads on every JDK this library runs on; JDK 17 has no virtual threads. */
public final class ThreadKind {
    private static final MethodHandle IS_VIRTUAL = findIsVirtual();

    private ThreadKind() {}

    /** Whether the thread is virtual. A call costs at most a field read, so callers need not cache the result. */
    public static boolean isVirtual(Thread thread) {
        try {
            return (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("Thread.isVirtual must not throw: thread=" + thread, e);
        }
    }

    private static MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            // JDK 17: every thread is a platform thread.
            return MethodHandles.dropArguments(MethodHandles.constant(boolean.class, false), 0, Thread.class);
        }
    }
}
