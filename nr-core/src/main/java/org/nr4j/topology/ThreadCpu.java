package org.nr4j.topology;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The cpu on which the calling platform thread runs. One call in {@link #CALLS_PER_READ} reads {@code /proc}; the
 * others cost one thread-local read. So an answer may be as old as that many calls. No native code is loaded.
 */
final class ThreadCpu {
    /** The answer if the cpu cannot be determined. */
    static final int UNKNOWN = -1;

    /** How many calls one read serves. A read costs some ten microseconds, so a few nanoseconds a call. */
    static final int CALLS_PER_READ = 4096;

    /** The index of the cpu in a thread's sample. */
    private static final int CPU = 0;

    /** The index of the number of calls that the sample still serves. */
    private static final int CALLS_LEFT = 1;

    /**
     * The sample of each thread. Its class belongs to the JDK, so a pooled thread does not keep the class loader of
     * this library. Only the thread itself uses its sample.
     */
    private static final ThreadLocal<int[]> SAMPLE = ThreadLocal.withInitial(() -> new int[] {UNKNOWN, 0});

    private static final String STAT_FILE = "/proc/thread-self/stat";

    /** The size of the buffer. It holds 39 numbers of 20 digits and a name of 64 bytes. */
    private static final int STAT_BYTES = 1024;

    /** How many fields stand between the name, the second field of the line, and the processor, the 39th. */
    private static final int FIELDS_BEFORE_PROCESSOR = 36;

    /** Whether a read has succeeded, so that a failure is temporary. A race costs one more read that fails. */
    private static volatile boolean worked;

    private ThreadCpu() {}

    /**
     * Returns the cpu of the calling thread, or {@link #UNKNOWN}. A virtual thread must not call this method, since
     * each thread that calls it keeps a sample.
     */
    static int current() {
        int[] sample = SAMPLE.get();
        if (sample[CALLS_LEFT]-- > 0) {
            return sample[CPU];
        }
        return read(sample);
    }

    /** Discards the sample of the calling thread, which has moved. Its next call of {@link #current} reads again. */
    static void forget() {
        SAMPLE.remove();
    }

    private static int read(int[] sample) {
        byte[] line = new byte[STAT_BYTES];
        // A stream, since an interrupt would close a channel.
        try (FileInputStream file = new FileInputStream(STAT_FILE)) {
            int length = file.readNBytes(line, 0, line.length);
            sample[CPU] = processor(line, length);
            sample[CALLS_LEFT] = CALLS_PER_READ - 1;
            worked = true;
        } catch (IOException | RuntimeException e) {
            // A temporary shortage, such as of file descriptors, leaves the old answer. A system without the file is
            // not asked again.
            sample[CALLS_LEFT] = worked ? CALLS_PER_READ - 1 : Integer.MAX_VALUE;
        }
        return sample[CPU];
    }

    /**
     * Returns the 39th field of a {@code /proc/PID/stat} line: the cpu on which the thread ran last.
     *
     * @throws IllegalArgumentException if the line has no such number
     */
    static int processor(byte[] line, int length) {
        // The second field is the name in parentheses. It may contain blanks and parentheses. Only numbers follow.
        int at = length - 1;
        while (at >= 0 && line[at] != ')') {
            at--;
        }
        at++;
        for (int field = 0; field <= FIELDS_BEFORE_PROCESSOR; field++) {
            at = next(line, length, at, /* blank= */ true);
            if (field < FIELDS_BEFORE_PROCESSOR) {
                at = next(line, length, at, /* blank= */ false);
            }
        }
        int end = next(line, length, at, /* blank= */ false);
        return Integer.parseInt(new String(line, at, end - at, StandardCharsets.ISO_8859_1));
    }

    /** Returns the first index from {@code from} on at which a run of blanks, or of other bytes, has ended. */
    private static int next(byte[] line, int length, int from, boolean blank) {
        int at = from;
        while (at < length && (line[at] == ' ' || line[at] == '\n') == blank) {
            at++;
        }
        return at;
    }
}
