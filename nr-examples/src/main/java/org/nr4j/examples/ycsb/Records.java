package org.nr4j.examples.ycsb;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** The stored records: ten fields of 100 bytes under a key such as {@code user6284781860667377211}, as in YCSB. */
final class Records {
    static final int FIELDS = 10;
    static final int FIELD_BYTES = 100;
    static final int BYTES = FIELDS * FIELD_BYTES;

    private Records() {}

    /**
     * Returns the key of a record. The key is hashed, so records that are inserted one after the other lie anywhere.
     */
    static byte[] key(long number) {
        return ("user" + Fnv.hash(number)).getBytes(StandardCharsets.US_ASCII);
    }

    static String show(byte[] key) {
        return new String(key, StandardCharsets.US_ASCII);
    }

    /** Returns a new random record. */
    static byte[] next(RandomGenerator random) {
        return bytes(BYTES, random);
    }

    /** Returns a new random field. */
    static byte[] nextField(RandomGenerator random) {
        return bytes(FIELD_BYTES, random);
    }

    private static byte[] bytes(int length, RandomGenerator random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Returns a copy of the record with one field replaced. */
    static byte[] with(byte[] record, int number, byte[] field) {
        byte[] changed = record.clone();
        System.arraycopy(field, 0, changed, number * FIELD_BYTES, FIELD_BYTES);
        return changed;
    }

    /** Reads all fields. Returns a value that depends on each, so that the JIT cannot remove a read. */
    static int readFields(byte[] record) {
        int sum = 0;
        for (int field = 0; field < FIELDS; field++) {
            sum += record[field * FIELD_BYTES];
        }
        return sum;
    }
}
