package org.nr4j.server.command.hyperloglog;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The hash function MurmurHash64A, with the seed of Redis. The strings in the store depend on it. */
final class MurmurHash {
    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SEED = 0xadc83b19L;
    private static final long FACTOR = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;

    private MurmurHash() {}

    static long hash(byte[] bytes) {
        long hash = SEED ^ (bytes.length * FACTOR);
        int whole = bytes.length & -Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            long word = (long) LITTLE_ENDIAN.get(bytes, i) * FACTOR;
            hash = (hash ^ (mixed(word) * FACTOR)) * FACTOR;
        }
        if (whole < bytes.length) {
            long rest = 0;
            for (int i = bytes.length - 1; i >= whole; i--) {
                rest = (rest << Byte.SIZE) | (bytes[i] & 0xFF);
            }
            hash = (hash ^ rest) * FACTOR;
        }
        return mixed(mixed(hash) * FACTOR);
    }

    private static long mixed(long word) {
        return word ^ (word >>> SHIFT);
    }
}
