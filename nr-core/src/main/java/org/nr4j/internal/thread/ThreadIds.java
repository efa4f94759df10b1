package org.nr4j.internal.thread;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ids by which locks know threads. An id is from 1 to 2<sup>62</sup> - 1. A thread has the same id for its whole
 * life, and no two live threads have the same one.
 *
 * <p>A subclass of {@link Thread} can override {@code getId()}, but not {@code threadId()}, which JDK 19 added. So this
 * class asks for {@code threadId()} where it exists. Elsewhere it ignores {@code getId()} of a class that overrides it,
 * and gives the thread an id of its own.
 *
 * <p>Any thread may call any method. No method waits or takes a lock.
 */
public final class ThreadIds {
    /** The first id that this class gives. The JVM counts its ids up from 1, and cannot start as many threads. */
    static final long FIRST_OWN_ID = 1L << 40;

    private static final AtomicLong NEXT_OWN_ID = new AtomicLong(FIRST_OWN_ID);

    /**
     * The id of each thread whose class overrides {@code getId()}. The value's class belongs to the JDK, so a pooled
     * thread does not keep the class loader of this library.
     */
    private static final ThreadLocal<Long> OWN_ID = ThreadLocal.withInitial(NEXT_OWN_ID::getAndIncrement);

    /** Whether a class of threads overrides {@code getId()}. */
    private static final ClassValue<Boolean> OVERRIDES_GET_ID = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return overridesGetId(type);
        }
    };

    /** Returns the id of its argument, the current thread. The field is a constant, so the JIT inlines the call. */
    private static final MethodHandle ID_OF_CURRENT = findIdOfCurrent();

    static {
        // Links the call. A later caller whose stack or heap is used up could fail to link it.
        long unused = current();
    }

    private ThreadIds() {}

    /** Returns the id of the calling thread. */
    public static long current() {
        try {
            return (long) ID_OF_CURRENT.invokeExact(Thread.currentThread());
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("the id of a thread must not throw a checked exception", e);
        }
    }

    /**
     * Returns the id of the calling thread on a JDK without {@code threadId()}.
     *
     * @param current the calling thread
     */
    static long idWithoutThreadId(Thread current) {
        Class<?> type = current.getClass();
        boolean known = type == Thread.class || type == ForkJoinWorkerThread.class || current instanceof SteadyThread;
        return known || !OVERRIDES_GET_ID.get(type) ? current.getId() : OWN_ID.get();
    }

    private static boolean overridesGetId(Class<?> type) {
        try {
            return type.getMethod("getId").getDeclaringClass() != Thread.class;
        } catch (NoSuchMethodException | LinkageError e) {
            // A method of the class names a type that cannot be loaded. An id of this class's own is always right.
            return true;
        }
    }

    private static MethodHandle findIdOfCurrent() {
        MethodType type = MethodType.methodType(long.class);
        try {
            return MethodHandles.publicLookup().findVirtual(Thread.class, "threadId", type);
        } catch (NoSuchMethodException e) {
            return findIdWithoutThreadId(type.insertParameterTypes(0, Thread.class));
        } catch (IllegalAccessException e) {
            throw new AssertionError("Thread.threadId must be public", e);
        }
    }

    private static MethodHandle findIdWithoutThreadId(MethodType type) {
        try {
            return MethodHandles.lookup().findStatic(ThreadIds.class, "idWithoutThreadId", type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("idWithoutThreadId must be a method of this class", e);
        }
    }
}
