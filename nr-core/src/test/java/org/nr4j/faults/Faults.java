package org.nr4j.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Throws errors of the virtual machine where a test wants them. {@link FaultyClasses} puts a call of {@link #point}
 * before each call and each allocation of the classes that it loads.
 *
 * <p>One thread at a time is armed. It arms and disarms itself. The other threads pass every point unharmed.
 */
public final class Faults {
    private static final int MOST_PASSES = 2;

    /** How many points may be added by classes that the armed thread is the first to load. */
    private static final int MORE_PLACES = 1 << 14;

    static final String MESSAGE = "injected at ";

    /** Where each point is; its index is the point's id. */
    private static final List<String> PLACES = Collections.synchronizedList(new ArrayList<>());

    private static volatile Thread armed;

    // Of the armed thread.
    private static long pointsLeft;
    private static boolean sticky;
    private static boolean memory;
    private static String fault;
    private static int[] passed = {};

    private Faults() {}

    /** What a test runs with rewritten classes. The rewriting loader defines the class, its parent this interface. */
    public interface Scenario {
        void run(int replicas, boolean followed, boolean sticky) throws Exception;
    }

    static int newPoint(String place) {
        synchronized (PLACES) {
            PLACES.add(place);
            return PLACES.size() - 1;
        }
    }

    /**
     * Arms the calling thread: it passes {@code points} points, then the next one throws. In a loop, the first rounds
     * count.
     *
     * @param everyPoint whether all later points throw too, as they do when the stack is used up
     * @param outOfMemory whether the error is an {@code OutOfMemoryError}; otherwise it is a stack overflow
     */
    public static void arm(long points, boolean everyPoint, boolean outOfMemory) {
        pointsLeft = points;
        sticky = everyPoint;
        memory = outOfMemory;
        fault = null;
        passed = new int[PLACES.size() + MORE_PLACES];
        armed = Thread.currentThread();
    }

    /** Ends that. Returns where the first fault was, or null if there was none. */
    public static String disarm() {
        if (armed != Thread.currentThread()) {
            return null;
        }
        armed = null;
        return fault;
    }

    /** Called before each call and each allocation of a rewritten class. */
    public static void point(int id) {
        if (armed == Thread.currentThread()) {
            pass(id);
        }
    }

    private static void pass(int id) {
        boolean counts = passed[id]++ < MOST_PASSES || (sticky && fault != null);
        if (counts && pointsLeft-- <= 0) {
            hit(id);
        }
    }

    private static void hit(int id) {
        if (fault == null) {
            fault = PLACES.get(id);
        }
        if (!sticky) {
            pointsLeft = Long.MAX_VALUE;
        }
        String message = MESSAGE + PLACES.get(id);
        throw memory ? new OutOfMemoryError(message) : new StackOverflowError(message);
    }

    public static boolean isInjected(Throwable thrown) {
        return thrown instanceof VirtualMachineError
                && thrown.getMessage() != null
                && thrown.getMessage().startsWith(MESSAGE);
    }
}
