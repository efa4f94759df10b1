package org.nr4j.internal.combine;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.nr4j.internal.lock.LockState;
import org.nr4j.internal.padding.LeftPad;

/**
 * The publication list of flat combining (SPAA 2010): the writes that wait for the combiner of one replica. Any thread
 * publishes. The holder of the replica's lock takes all of them at once.
 *
 * <p>The list is a stack that is linked through the requests themselves, for three reasons:
 *
 * <ul>
 *   <li>Publishing must be one atomic instruction, so that a thread that dies beside it leaves no gap.
 *   <li>The list must not be bounded.
 *   <li>Closing the list must be exact: a request is either taken or refused.
 * </ul>
 */
public final class PublicationList extends PublicationListValue {
    byte r000, r001, r002, r003, r004, r005, r006, r007, r008, r009, r010, r011, r012, r013, r014, r015;
    byte r016, r017, r018, r019, r020, r021, r022, r023, r024, r025, r026, r027, r028, r029, r030, r031;
    byte r032, r033, r034, r035, r036, r037, r038, r039, r040, r041, r042, r043, r044, r045, r046, r047;
    byte r048, r049, r050, r051, r052, r053, r054, r055, r056, r057, r058, r059, r060, r061, r062, r063;
    byte r064, r065, r066, r067, r068, r069, r070, r071, r072, r073, r074, r075, r076, r077, r078, r079;
    byte r080, r081, r082, r083, r084, r085, r086, r087, r088, r089, r090, r091, r092, r093, r094, r095;
    byte r096, r097, r098, r099, r100, r101, r102, r103, r104, r105, r106, r107, r108, r109, r110, r111;
    byte r112, r113, r114, r115, r116, r117, r118, r119, r120, r121, r122, r123, r124, r125, r126, r127;

    private static final VarHandle NEWEST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "newest", VarHandle.class, PublicationListValue.class, Request.class);
    private static final Request CLOSED = Request.mark();

    /**
     * Publishes a request. Returns false if the list is closed. Volatile: the publisher looks next whether the
     * combiner's lock is free, and must read that after it has published. The other half is {@link LockState#release}
     * followed by {@link #isEmpty}.
     */
    public boolean publish(Request request) {
        Request newest;
        do {
            newest = newest();
            if (newest == CLOSED) {
                return false;
            }
            request.next = newest;
        } while (!NEWEST.compareAndSet(this, newest, request));
        return true;
    }

    /** Whether no request waits here or is left over. Volatile: see {@link #publish}. */
    public boolean isEmpty() {
        Request newest = newest();
        return (newest == null || newest == CLOSED) && !leftOver;
    }

    /**
     * Takes all requests, linked from the newest to the oldest. Returns null if there are none. For the holder of the
     * replica's lock.
     */
    public @Nullable Request takeAll() {
        Request newest = newest();
        return newest == null || newest == CLOSED ? null : (Request) NEWEST.getAndSet(this, null);
    }

    /**
     * Wakes a waiting thread that sleeps, other than the caller, so that it takes the lock that the caller has left.
     * Looks at the two newest requests only: each thread has at most one request here, so one of the two is another
     * thread's. A combiner that takes the list meanwhile serves these requests itself.
     */
    public void wakeOther() {
        Request newest = newest();
        if (newest != null && newest.isOf(Thread.currentThread())) {
            newest = newest.next;
        }
        if (newest != null) {
            newest.wakeIfParked();
        }
    }

    /**
     * Refuses all further requests, unless some have been published, which must be taken first. Returns whether this
     * call closed the list. For the holder of the replica's lock.
     */
    public boolean tryClose() {
        return NEWEST.compareAndSet(this, null, CLOSED);
    }

    private @Nullable Request newest() {
        return (Request) NEWEST.getVolatile(this);
    }
}

/** The head of the list between the pads. */
class PublicationListValue extends LeftPad {
    @Nullable
    Request newest;

    /**
     * Whether an error has left a request behind, here or in the hand of a combiner, whose thread does not wait for it
     * any more. A combiner that takes the published requests clears it. A public field, since a thread may set it when
     * it has no stack for a call.
     */
    public volatile boolean leftOver;
}
