package org.nr4j.kv;

/** The direction in which a scan goes through a range. */
public enum ScanOrder {
    /** From the lowest key. */
    ASCENDING,
    /** From the highest key. */
    DESCENDING;

    static void require(ScanOrder order) {
        if (order == null) {
            throw new NullPointerException("an order must not be null: order=null; use ScanOrder.ASCENDING");
        }
    }

    static void requireLimit(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "a limit must not be negative: limit=" + limit + "; leave it out for no limit");
        }
    }
}
