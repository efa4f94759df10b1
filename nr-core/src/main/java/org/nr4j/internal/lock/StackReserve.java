package org.nr4j.internal.lock;

/**
 * Walks down the stack before an operation takes anything. If the operation could overflow the stack, the overflow
 * comes here, and nothing is left half done.
 *
 * <p>An operation of one replica needs no reserve: it leaves its lock without a frame ({@link HolderSection}). What
 * concerns all replicas holds several locks at once, a {@link java.util.concurrent.locks.ReentrantLock} among them, and
 * must call methods to leave them. Such an operation is rare, so it can afford the walk of a few microseconds.
 *
 * <p>User code that the operation calls may overflow the stack all the same. The operation then has its reserve back
 * when it leaves its locks, since the frames of the user code are gone.
 */
/*
 * Why this helps. HotSpot checks for an overflow at the entry of a method, whether interpreted or compiled: it touches
 * the page at a fixed distance below the frame. The check of a compiled method counts the interpreted frames into which
 * it may be deoptimized. So after a walk down to some depth, no method overflows whose frame ends above that depth. The
 * calls of native code and of the virtual machine use the pages within the fixed distance, which the check keeps free.
 *
 * How far it walks. A level takes 208 bytes interpreted and 64 bytes compiled by C2, which inlines one level of a
 * recursion into the other (measured on JDK 17, x86-64). So the LEVELS below are 104 kB or 32 kB. The operations nest
 * some 40 calls, which is about 8 kB if all are interpreted.
 *
 * The exception is the first use of a lambda: the JDK then links it, with more stack than the operation needs itself.
 * So there is no lambda where a thread leaves several locks, or between the first and the last of several changes that
 * belong together.
 */
public final class StackReserve {
    private static final int LEVELS = 512;

    private StackReserve() {}

    /**
     * Throws unless the calling thread has stack for an operation that concerns all replicas.
     *
     * @throws StackOverflowError if it has not
     */
    public static void require() {
        require(LEVELS);
    }

    /**
     * Throws unless the calling thread has stack for {@code levels} frames.
     *
     * @throws StackOverflowError if it has not
     */
    public static void require(int levels) {
        long unused = walk(levels, 1, 2, 3, 4, 5, 6);
    }

    /**
     * Walks down.
     *
     * @return a number that depends on all parameters of all frames, and on each only after the frame below has
     *     returned. So the JIT keeps the frames, with the parameters in them
     */
    private static long walk(int levels, long a, long b, long c, long d, long e, long f) {
        if (levels == 0) {
            return a;
        }
        long below = walk(levels - 1, b + levels, c ^ a, d + b, e ^ c, f + d, a ^ e);
        return (((((below ^ a) * b) ^ c) * d) ^ e) * f;
    }
}
