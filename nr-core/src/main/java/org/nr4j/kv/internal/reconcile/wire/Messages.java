package org.nr4j.kv.internal.reconcile.wire;

/** The numbers of the protocol. They must not change. */
public final class Messages {
    /** The version of the protocol. */
    public static final int VERSION = 1;

    // ---- kinds of frames ----

    public static final int REQUEST = 1;
    public static final int ANSWER = 2;
    public static final int REFUSAL = 3;

    // ---- types of requests; the type of an answer is greater by ANSWER_TO ----

    public static final int OPEN = 1;
    public static final int COMPARE = 2;
    public static final int LIST = 3;
    public static final int FETCH = 4;
    public static final int FETCH_PIECE = 5;
    public static final int PUSH = 6;
    public static final int PUSH_PIECE = 7;
    public static final int CLOSE = 8;
    public static final int ANSWER_TO = 64;

    // ---- kinds of answers for one range ----

    /** The responder has no entry there. */
    public static final int NONE = 0;

    /** The responder has a number of entries there. The initiator has none. */
    public static final int ALL = 1;

    /** The digests of all entries of the responder there. */
    public static final int ITEMS = 2;

    /** The range, cut into parts. */
    public static final int SPLIT = 3;

    /** Which of the listed digests the responder lacks, and which of its entries the list lacks. */
    public static final int DIFFERENCE = 4;

    // ---- flags of an entry ----

    public static final int EXPIRES = 1;
    public static final int HEAD_ONLY = 2;

    // ---- answers to a push ----

    public static final int ACCEPTED = 0;

    /** The responder takes no entries. */
    public static final int READ_ONLY = 1;

    // ---- reasons of a refusal ----

    public static final int UNKNOWN_SESSION = 1;
    public static final int OTHER_VERSION = 2;
    public static final int MALFORMED = 3;
    public static final int FAILED = 4;

    // ---- limits ----

    /** The largest number of parts of a range. */
    public static final int MOST_PARTS = 256;

    private Messages() {}
}
