package org.nr4j.server.rdb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The compression LZF. Its output is a row of: n below 32 and n + 1 literal bytes; or the length, the high bits of the
 * distance, and its low byte, of bytes that came before. The choice of them is that of Redis, so that dumps are equal.
 */
final class Lzf {
    private static final int HASH_BITS = 16;
    private static final int LONGEST_RUN = 32;
    private static final int FARTHEST = 1 << 13;
    private static final int LONGEST_MATCH = (1 << 8) + (1 << 3);
    private static final int LONG_MATCH = 7;

    /** How many bytes one byte of input stands for, at most. */
    private static final int MOST_EXPANSION = LONGEST_MATCH / 3;

    /** A match of this many bytes may end a little later than its limit. */
    private static final int UNROLLED = 16;

    private final byte[] in;
    private final byte[] out;

    /** For each hash of three bytes, where they were last; 0 for nowhere. */
    private final int[] positions = new int[1 << HASH_BITS];

    private int ip;
    private int op = 1;
    private int run;

    private Lzf(byte[] in, int limit) {
        this.in = in;
        this.out = new byte[limit];
    }

    /** Returns the compressed bytes; null if they would not be some bytes shorter. */
    static byte @Nullable [] compress(byte[] bytes, int saved) {
        return bytes.length <= saved ? null : new Lzf(bytes, bytes.length - saved).compress();
    }

    // ---- compression ----

    private static int slot(int hash) {
        return ((hash >>> (24 - HASH_BITS)) - hash * 5) & ((1 << HASH_BITS) - 1);
    }

    private int hash(int at) {
        return slot((in[at] & 0xFF) << 16 | (in[at + 1] & 0xFF) << 8 | (in[at + 2] & 0xFF));
    }

    private byte @Nullable [] compress() {
        while (ip < in.length - 2) {
            int slot = hash(ip);
            int ref = positions[slot];
            positions[slot] = ip;
            boolean fits = isMatch(ref) ? putMatch(ref) : putLiteral();
            if (!fits) {
                return null;
            }
        }
        if (op + 3 > out.length) {
            return null;
        }
        while (ip < in.length) {
            appendLiteral();
        }
        endRun();
        return Arrays.copyOf(out, op);
    }

    private boolean isMatch(int ref) {
        return ref > 0
                && ip - ref - 1 < FARTHEST
                && in[ref] == in[ip]
                && in[ref + 1] == in[ip + 1]
                && in[ref + 2] == in[ip + 2];
    }

    private boolean putLiteral() {
        if (op >= out.length) {
            return false;
        }
        appendLiteral();
        return true;
    }

    private void appendLiteral() {
        out[op++] = in[ip++];
        run++;
        if (run == LONGEST_RUN) {
            out[op - run - 1] = (byte) (run - 1);
            run = 0;
            op++;
        }
    }

    /** Writes the length of the run of literals, or takes its place back if there are none. */
    private void endRun() {
        if (run == 0) {
            op--;
        } else {
            out[op - run - 1] = (byte) (run - 1);
        }
        run = 0;
    }

    private boolean putMatch(int ref) {
        if (op - (run == 0 ? 1 : 0) + 4 >= out.length) {
            return false;
        }
        endRun();
        int distance = ip - ref - 1;
        int length = matchLength(ref) - 2;
        out[op++] = (byte) ((distance >> 8) + (Math.min(length, LONG_MATCH) << 5));
        if (length >= LONG_MATCH) {
            out[op++] = (byte) (length - LONG_MATCH);
        }
        out[op++] = (byte) distance;
        op++;
        ip += length + 2;
        if (ip < in.length - 2) {
            positions[hash(ip - 2)] = ip - 2;
            positions[hash(ip - 1)] = ip - 1;
        }
        return true;
    }

    private int matchLength(int ref) {
        int limit = Math.min(LONGEST_MATCH, in.length - ip - 2);
        int length = 2;
        if (limit > UNROLLED) {
            for (int i = 0; i < UNROLLED; i++) {
                length++;
                if (in[ref + length] != in[ip + length]) {
                    return length;
                }
            }
        }
        do {
            length++;
        } while (length < limit && in[ref + length] == in[ip + length]);
        return length;
    }

    // ---- decompression ----

    /**
     * Returns the bytes that compressed ones stand for.
     *
     * @throws RdbException if the bytes are not compressed, or stand for another number of bytes
     */
    static byte[] decompress(byte[] in, long length) {
        if (length < 0 || length > (long) in.length * MOST_EXPANSION) {
            throw RdbException.badData();
        }
        byte[] out = new byte[(int) length];
        int end = 0;
        for (int i = 0; i < in.length; ) {
            int control = in[i++] & 0xFF;
            if (control < LONGEST_RUN) {
                int run = control + 1;
                require(i + run <= in.length && end + run <= out.length);
                System.arraycopy(in, i, out, end, run);
                i += run;
                end += run;
                continue;
            }
            int match = control >> 5;
            if (match == LONG_MATCH) {
                require(i < in.length);
                match += in[i++] & 0xFF;
            }
            require(i < in.length);
            int from = end - ((control & 0x1F) << 8) - (in[i++] & 0xFF) - 1;
            match += 2;
            require(from >= 0 && end + match <= out.length);
            for (int k = 0; k < match; k++) {
                out[end++] = out[from + k];
            }
        }
        require(end == out.length);
        return out;
    }

    private static void require(boolean valid) {
        if (!valid) {
            throw RdbException.badData();
        }
    }
}
