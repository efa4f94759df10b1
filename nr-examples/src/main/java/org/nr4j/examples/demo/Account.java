package org.nr4j.examples.demo;

/**
 * The sums that contents must add up to. Each thread keeps an account of its own writes; whole structures have one,
 * too. One thread at a time may use it.
 */
final class Account extends Padded {
    /** See {@link Subject.Measure#COUNT}. */
    private long count;

    /** See {@link Subject.Measure#CHECKSUM}. */
    private long checksum;

    Account() {}

    Account(long count, long checksum) {
        this.count = count;
        this.checksum = checksum;
    }

    /** Counts that an entry was added {@code times} times, or removed if negative. */
    void add(long entry, long times) {
        count += times;
        checksum += times * Hash.of(entry);
    }

    void addAll(Account other) {
        count += other.count;
        checksum += other.checksum;
    }

    long count() {
        return count;
    }

    long checksum() {
        return checksum;
    }

    boolean isEqualTo(Account other) {
        return count == other.count && checksum == other.checksum;
    }
}
