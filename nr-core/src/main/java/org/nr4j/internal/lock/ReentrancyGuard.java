package org.nr4j.internal.lock;

import org.nr4j.internal.padding.LeftPad;

/**
 * Knows which threads are inside an operation of one instance. So it recognises a thread that calls back, whatever
 * replica or log the call is routed to. Only instances with several locks need it: a single lock knows which threads
 * are inside.
 *
 * <p>Each thread writes and reads a mark of its own, found by its id. That costs two plain stores an operation, and no
 * shared cache line. Two threads whose ids fall on the same mark may overwrite each other's mark. This guard may then
 * miss a call back. That does not become a deadlock: every wait checks the locks, exactly, before it gets long.
 */
public final class ReentrancyGuard {
    private final Mark[] marks;

    /** Creates a guard. No thread is inside. */
    public ReentrancyGuard() {
        int size = Math.max(64, 4 * Integer.highestOneBit(Runtime.getRuntime().availableProcessors()));
        this.marks = new Mark[size];
        for (int i = 0; i < size; i++) {
            marks[i] = new Mark();
        }
    }

    /**
     * Marks the calling thread as inside. The thread leaves by {@code mark.threadId = Mark.NOBODY} in a finally block.
     * A field store needs no stack, so a stack overflow cannot leave the mark behind.
     *
     * @throws IllegalStateException if the thread is inside already
     */
    public Mark enter(long threadId) {
        Mark mark = marks[(int) threadId & (marks.length - 1)];
        if (mark.threadId == threadId) { // plain: written by this very thread
            throw reentrant();
        }
        mark.threadId = threadId;
        return mark;
    }

    /** Whether the thread is inside. May miss that it is, as said above. For the thread itself. */
    public boolean isInside(long threadId) {
        return marks[(int) threadId & (marks.length - 1)].threadId == threadId;
    }

    /** Returns the exception for a thread that calls back. */
    public static IllegalStateException reentrant() {
        return new IllegalStateException("a thread must not call back into the structure it is inside of: thread="
                + Thread.currentThread().getName()
                + "; return from dispatch, dispatchMut, or the critical section first, then make the second call");
    }

    /** The mark of all threads whose ids fall on it, on a cache line of its own. */
    public static final class Mark extends MarkValue {
        /** Stands for no thread. */
        public static final long NOBODY = 0;

        byte r000, r001, r002, r003, r004, r005, r006, r007, r008, r009, r010, r011, r012, r013, r014, r015;
        byte r016, r017, r018, r019, r020, r021, r022, r023, r024, r025, r026, r027, r028, r029, r030, r031;
        byte r032, r033, r034, r035, r036, r037, r038, r039, r040, r041, r042, r043, r044, r045, r046, r047;
        byte r048, r049, r050, r051, r052, r053, r054, r055, r056, r057, r058, r059, r060, r061, r062, r063;
        byte r064, r065, r066, r067, r068, r069, r070, r071, r072, r073, r074, r075, r076, r077, r078, r079;
        byte r080, r081, r082, r083, r084, r085, r086, r087, r088, r089, r090, r091, r092, r093, r094, r095;
        byte r096, r097, r098, r099, r100, r101, r102, r103, r104, r105, r106, r107, r108, r109, r110, r111;
        byte r112, r113, r114, r115, r116, r117, r118, r119, r120, r121, r122, r123, r124, r125, r126, r127;
    }

    /** The value between the pads. */
    static class MarkValue extends LeftPad {
        /** The thread that is inside, or {@link Mark#NOBODY}. */
        public long threadId;
    }
}
