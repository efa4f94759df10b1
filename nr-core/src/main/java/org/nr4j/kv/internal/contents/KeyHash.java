package org.nr4j.kv.internal.contents;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Spreads keys over the parts of a store. The same key has the same part on every machine, in every version.
 *
 * <p>Every bit of a key counts. So short keys, and keys that differ in few bits, are spread as evenly as random ones.
 * The hash is not secret: an adversary who chooses the keys can put all of them into one part. Writes are then as slow
 * as with one log.
 */
public final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    // Odd, so that multiplying by them loses nothing: different keys of up to eight bytes have different hashes. The
    // first is 2^64 divided by the golden ratio. The others are those of the last steps of MurmurHash3.
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long MIX1 = 0xFF51AFD7ED558CCDL;
    private static final long MIX2 = 0xC4CEB9FE1A85EC53L;

    private KeyHash() {}

    /** Returns the part of a key, from 0 to {@code parts - 1}. */
    public static int partOf(byte[] key, int parts) {
        // The upper half of the hash as a fraction of one, times the parts.
        return parts == 1 ? 0 : (int) (((hash(key) >>> 32) * parts) >>> 32);
    }

    static long hash(byte[] key) {
        long hash = key.length * GOLDEN;
        int at = 0;
        for (; at <= key.length - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONG.get(key, at));
        }
        if (at < key.length) {
            long rest = 0;
            for (int i = key.length - 1; i >= at; i--) {
                rest = (rest << 8) | (key[i] & 0xFF);
            }
            hash = mix(hash ^ rest);
        }
        return hash;
    }

    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * MIX1;
        mixed = (mixed ^ (mixed >>> 33)) * MIX2;
        return mixed ^ (mixed >>> 33);
    }
}
