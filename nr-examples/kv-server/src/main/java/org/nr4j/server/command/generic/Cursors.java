package org.nr4j.server.command.generic;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Cursors of SCAN and its like. A cursor is a number, and stands for a name to go on from. The table has the names of
 * the latest cursors: a walk with such cursors returns every element that is there all the time. A cursor also contains
 * the rank of the name, and an older cursor stands for that. For any number of threads.
 */
public final class Cursors {
    private static final int SLOT_BITS = 14;
    private static final int SLOTS = 1 << SLOT_BITS;

    /** The slot of a cursor without a name. */
    private static final int NO_SLOT = 0;

    private static final Cursors INSTANCE = new Cursors();

    private final AtomicReferenceArray<@Nullable Named> names = new AtomicReferenceArray<>(SLOTS);
    private final AtomicLong issued = new AtomicLong();

    private record Named(long cursor, byte[] name) {}

    /**
     * Where a walk goes on.
     *
     * @param name the name to go on from; null if the rank must do
     */
    public record Position(long rank, byte @Nullable [] name) {}

    private Cursors() {}

    public static Cursors instance() {
        return INSTANCE;
    }

    /**
     * Returns a cursor.
     *
     * @param rank how many names are before the one to go on from; not 0
     * @param name the name to go on from; null if the cursor must depend on the rank only
     */
    public long cursor(long rank, byte @Nullable [] name) {
        if (name == null) {
            return rank << SLOT_BITS | NO_SLOT;
        }
        int slot = 1 + (int) (issued.getAndIncrement() % (SLOTS - 1));
        long cursor = rank << SLOT_BITS | slot;
        names.set(slot, new Named(cursor, name));
        return cursor;
    }

    /** Returns what a cursor stands for. */
    Position position(long cursor) {
        Named named = names.get((int) (cursor & (SLOTS - 1)));
        return new Position(cursor >>> SLOT_BITS, named != null && named.cursor == cursor ? named.name : null);
    }
}
