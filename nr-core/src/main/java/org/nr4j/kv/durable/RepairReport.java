package org.nr4j.kv.durable;

/**
 * What a repair copied and left out.
 *
 * @param copied what the copy has, and the damage after which it ends
 * @param recordsLeftOut how many records behind the damage could still be told apart, and are not in the copy
 * @param bytesLeftOut how many bytes of the snapshot and the log are not in the copy
 */
public record RepairReport(StoreReport copied, long recordsLeftOut, long bytesLeftOut) {
    /** Returns the report as lines of text for people. */
    @Override
    public String toString() {
        return copied + System.lineSeparator() + "left out: records=" + recordsLeftOut + " bytes=" + bytesLeftOut;
    }
}
