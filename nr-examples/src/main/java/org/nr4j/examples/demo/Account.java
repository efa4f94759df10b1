package org.nr4j.examples.demo;

/**
 * What contents must add up to: kept by each thread of its own writes, and taken of whole structures. For one thread at
 * a time.
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

    /** {@code times} of an entry were put in, or taken out if negative. */
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
