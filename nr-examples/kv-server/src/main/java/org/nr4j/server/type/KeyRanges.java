package org.nr4j.server.type;

import java.util.Arrays;
import org.nr4j.kv.KeyRange;

/** Ranges of keys that may be empty, which {@link KeyRange} refuses. */
final class KeyRanges {
    private KeyRanges() {}

    /** Returns the lowest key above all that begin with a prefix. The prefix has a byte that is not 255. */
    static byte[] endOfPrefix(byte[] prefix) {
        int last = prefix.length - 1;
        while (prefix[last] == (byte) 0xFF) {
            last--;
        }
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return end;
    }

    /** Returns the lowest key above a key. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** Whether no key is at least {@code low} and below {@code end}. */
    static boolean isEmpty(byte[] low, byte[] end) {
        return Arrays.compareUnsigned(low, end) >= 0;
    }
}
