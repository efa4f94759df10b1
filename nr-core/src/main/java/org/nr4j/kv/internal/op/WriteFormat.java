package org.nr4j.kv.internal.op;

import java.util.List;
import org.nr4j.kv.internal.bytes.ByteOutput;
import org.nr4j.kv.internal.tree.Totals;

/**
 * The format of encoded writes; see docs/durability.md. Each begins with its kind and its flags, a byte each. The time
 * follows in 8 bytes if {@link #TIMED} is set, then the expiry in 8 bytes if {@link #EXPIRES} is set.
 *
 * <p>A kind keeps its number and its fields for ever. A change of fields is a new kind.
 */
public final class WriteFormat {
    /** The version of the format. A decoder refuses others. */
    public static final int VERSION = 1;

    public static final int PUT = 1;
    public static final int FETCH = 2;
    public static final int COMPARE_AND_SET = 3;
    public static final int REMOVE = 4;
    public static final int REMOVE_IF = 5;
    public static final int REMOVE_RANGE = 6;
    public static final int INCREMENT = 7;
    public static final int SET_EXPIRY = 8;
    public static final int COLLECT_DUE = 9;
    public static final int BATCH = 10;
    public static final int PROCEDURE = 11;
    public static final int REPLACE_ALL = 12;

    /** A condition of a batch. */
    public static final int CONDITION = 13;

    /** A put whose value is in a file. In the store's own log only. */
    public static final int PUT_STORED = 14;

    /** In the store's own log only. */
    public static final int MOVE_VALUE = 15;

    /** Flag: the write carries a time. */
    public static final int TIMED = 1;

    /** Flag: the write makes an entry expire. */
    public static final int EXPIRES = 2;

    /** Flag of a put: it answers the value before. */
    public static final int ANSWERS_OLD = 4;

    /** Flag of a put: only if the key has no value. */
    public static final int IF_ABSENT = 8;

    /** Flag of a batch: a write of it may throw. */
    public static final int MAY_THROW = 4;

    /** Flag of a condition: the key exists. */
    public static final int PRESENT = 4;

    /** The time of a write that carries none; see ExpiryCollector.timeOfWrite. */
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final List<String> NAMES = List.of(
            "put",
            "fetch",
            "compareAndSet",
            "remove",
            "removeIf",
            "removeRange",
            "increment",
            "setExpiry",
            "collectDue",
            "batch",
            "procedure",
            "replaceAll",
            "condition",
            "putStored",
            "moveValue");

    private WriteFormat() {}

    /** Returns the name of a kind of write, for people. */
    public static String nameOf(int kind) {
        return NAMES.get(kind - PUT);
    }

    /** Adds the beginning of a write that makes no entry expire. */
    public static void begin(ByteOutput out, int kind, int flags, long now) {
        begin(out, kind, flags, now, Totals.NEVER);
    }

    /** Adds the beginning of a write. */
    public static void begin(ByteOutput out, int kind, int flags, long now, long expiry) {
        out.write(kind);
        out.write(flags | (now == NO_TIME ? 0 : TIMED) | (expiry == Totals.NEVER ? 0 : EXPIRES));
        if (now != NO_TIME) {
            out.writeLong(now);
        }
        if (expiry != Totals.NEVER) {
            out.writeLong(expiry);
        }
    }
}
