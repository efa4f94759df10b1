package org.nr4j.topology;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The cpu that the calling platform thread runs on, read from {@code /proc} now and then and remembered in between. Nothing native is
 * loaded, and a call costs one thread-local read, but for one in {@link #CALLS_PER_READ}. An answer may be as old as that many calls.
 */
final class ThreadCpu {
    /** The cpu could not be determined. */
    static final int UNKNOWN = -1;

    /** A read costs some ten microseconds, hence a few nanoseconds a call. */
    static final int CALLS_PER_READ = 4096;

    /** Indexes into a thread's sample: the cpu, and how many calls it is good for. */
    private static final int CPU = 0;

    private static final int CALLS_LEFT = 1;

    /** An array, not an object of ours: what a pooled thread keeps must not hold our class loader. Touched by its own thread only. */
    private static final ThreadLocal<int[]> SAMPLE = ThreadLocal.withInitial(() -> new int[] {UNKNOWN, 0});

    private static final String STAT_FILE = "/proc/thread-self/stat";

    /** Longer than 39 numbers of 20 digits and a name of 64 bytes. */
    private static final int STAT_BYTES = 1024;

    /** Fields between the name, which is the second of the line, and the processor, which is the 39th. */
    private static final int FIELDS_BEFORE_PROCESSOR = 36;

    /** Some thread has read its cpu: a failure is a passing one. Races are harmless: a failing read is tried once more. */
    private static volatile boolean worked;

    private ThreadCpu() {}

    /** The cpu of the calling thread, or {@link #UNKNOWN}. Not for virtual threads: it would be remembered for each of them. */
    static int current() {
        int[] sample = SAMPLE.get();
        if (sample[CALLS_LEFT]-- > 0) {
            return sample[CPU];
        }
        return read(sample);
    }

    /** The calling thread has moved: its next call of {@link #current} reads anew. */
    static void forget() {
        SAMPLE.remove();
    }

    private static int read(int[] sample) {
        byte[] line = new byte[STAT_BYTES];
        // Not through a channel, which an interrupted thread would find closed.
        try (FileInputStream file = new FileInputStream(STAT_FILE)) {
            int length = file.readNBytes(line, 0, line.length);
            sample[CPU] = processor(line, length);
            sample[CALLS_LEFT] = CALLS_PER_READ - 1;
            worked = true;
        } catch (IOException | RuntimeException e) {
            // A passing shortage, such as of file descriptors, leaves the old answer; a system without the file is not
            // asked again.
            sample[CALLS_LEFT] = worked ? CALLS_PER_READ - 1 : Integer.MAX_VALUE;
        }
        return sample[CPU];
    }

    /**
     * The 39th field of a {@code /proc/PID/stat} line: the cpu last run on.
     *
     * @throws IllegalArgumentException if the line has no such number
     */
    static int processor(byte[] line, int length) {
        // The second field is the name in parentheses, and may itself hold blanks and parentheses; numbers follow it.
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

    /** The first index from {@code from} on where a run of blanks, or of anything else, has ended. */
    private static int next(byte[] line, int length, int from, boolean blank) {
        int at = from;
        while (at < length && (line[at] == ' ' || line[at] == '\n') == blank) {
            at++;
        }
        return at;
    }
}
