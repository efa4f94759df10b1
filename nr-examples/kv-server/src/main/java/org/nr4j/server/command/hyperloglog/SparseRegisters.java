package org.nr4j.server.command.hyperloglog;

import java.util.Arrays;

/**
 * Runs of registers with the same value. A run is one of:
 *
 * <ul>
 *   <li>{@code 00nnnnnn}: n + 1 registers that are 0;
 *   <li>{@code 01nnnnnn nnnnnnnn}: n + 1 registers that are 0;
 *   <li>{@code 1vvvvvnn}: n + 1 registers that are v + 1.
 * </ul>
 */
final class SparseRegisters implements Registers {
    private static final int LONG_ZEROS = 0x40;
    private static final int VALUES = 0x80;
    private static final int MOST_SHORT_ZEROS = 64;
    private static final int MOST_VALUES = 4;
    private static final int LARGEST_VALUE = 32;

    /** How many runs are looked at to merge them after a change. */
    private static final int MERGED = 5;

    /** The longest string in this encoding: the default of Redis' hll-sparse-max-bytes. */
    private static final int LONGEST = 3_000;

    /** What a run may become, at most: long zeros, a value, long zeros. */
    private static final int LONGEST_SPLIT = 5;

    private byte[] string;

    SparseRegisters(byte[] string) {
        this.string = string;
    }

    /** Returns the string of registers that are all 0, behind a header. */
    static byte[] zeros(byte[] header) {
        byte[] string = Arrays.copyOf(header, HyperLogLog.HEADER + 2);
        putZeros(string, HyperLogLog.HEADER, COUNT);
        return string;
    }

    // ---- runs ----

    private boolean isValues(int at) {
        return (string[at] & VALUES) != 0;
    }

    private boolean isLongZeros(int at) {
        return (string[at] & (VALUES | LONG_ZEROS)) == LONG_ZEROS;
    }

    /** Returns how many bytes the run has. */
    private int width(int at) {
        return isLongZeros(at) ? 2 : 1;
    }

    private int value(int at) {
        return isValues(at) ? ((string[at] >> 2) & 0x1F) + 1 : 0;
    }

    /** Returns how many registers the run has. */
    private int length(int at) {
        if (isValues(at)) {
            return (string[at] & (MOST_VALUES - 1)) + 1;
        }
        int low = string[at] & (MOST_SHORT_ZEROS - 1);
        if (!isLongZeros(at)) {
            return low + 1;
        }
        return ((low << Byte.SIZE) | (at + 1 < string.length ? string[at + 1] & 0xFF : 0)) + 1;
    }

    /** Writes a run of zeros. Returns the index behind it. */
    private static int putZeros(byte[] target, int at, int length) {
        int n = length - 1;
        if (length > MOST_SHORT_ZEROS) {
            target[at] = (byte) (LONG_ZEROS | (n >> Byte.SIZE));
            target[at + 1] = (byte) n;
            return at + 2;
        }
        target[at] = (byte) n;
        return at + 1;
    }

    private static int putValues(byte[] target, int at, int value, int length) {
        target[at] = (byte) (VALUES | ((value - 1) << 2) | (length - 1));
        return at + 1;
    }

    // ---- change ----

    @Override
    public Change offer(int index, int value) {
        if (value > LARGEST_VALUE) {
            return Change.TOO_LARGE;
        }
        int first = 0;
        int before = HyperLogLog.HEADER;
        int at = HyperLogLog.HEADER;
        while (at < string.length && index >= first + length(at)) {
            first += length(at);
            before = at;
            at += width(at);
        }
        if (at >= string.length) {
            throw Registers.damaged();
        }
        if (value(at) >= value) {
            return Change.NONE;
        }
        byte[] split = split(at, index - first, value);
        int added = split.length - width(at);
        if (added > 0 && string.length + added > LONGEST) {
            return Change.TOO_LARGE;
        }
        replace(at, Math.min(at + width(at), string.length), split);
        merge(before);
        return Change.CHANGED;
    }

    /** Returns the runs that replace a run when one of its registers gets another value. */
    private byte[] split(int at, int offset, int value) {
        byte[] runs = new byte[LONGEST_SPLIT];
        int old = value(at);
        int behind = length(at) - offset - 1;
        int end = offset == 0 ? 0 : putRun(runs, 0, old, offset);
        end = putValues(runs, end, value, 1);
        end = behind == 0 ? end : putRun(runs, end, old, behind);
        return Arrays.copyOf(runs, end);
    }

    private static int putRun(byte[] target, int at, int value, int length) {
        return value == 0 ? putZeros(target, at, length) : putValues(target, at, value, length);
    }

    private void replace(int from, int to, byte[] by) {
        byte[] after = Arrays.copyOf(string, string.length - (to - from) + by.length);
        System.arraycopy(by, 0, after, from, by.length);
        System.arraycopy(string, to, after, from + by.length, string.length - to);
        string = after;
    }

    /** Merges runs of one value that are side by side, among a few from one on. */
    private void merge(int from) {
        int at = from;
        for (int i = 0; i < MERGED && at < string.length; i++) {
            int next = at + 1;
            boolean mergeable = isValues(at)
                    && next < string.length
                    && isValues(next)
                    && value(at) == value(next)
                    && length(at) + length(next) <= MOST_VALUES;
            if (mergeable) {
                byte[] merged = new byte[1];
                putValues(merged, 0, value(at), length(at) + length(next));
                replace(at, next + 1, merged);
            } else {
                at += width(at);
            }
        }
    }

    // ---- all registers ----

    /** Takes runs. */
    private interface Visitor {
        void visit(int index, int value, int length);
    }

    private void forEachRun(Visitor visitor) {
        int index = 0;
        for (int at = HyperLogLog.HEADER; at < string.length; at += width(at)) {
            int length = length(at);
            if (index + length > COUNT) {
                throw Registers.damaged();
            }
            visitor.visit(index, value(at), length);
            index += length;
        }
        if (index != COUNT) {
            throw Registers.damaged();
        }
    }

    @Override
    public void count(Cardinality cardinality) {
        forEachRun((index, value, length) -> cardinality.add(value, length));
    }

    @Override
    public void raise(byte[] values) {
        forEachRun((index, value, length) -> {
            for (int i = index; i < index + length; i++) {
                values[i] = (byte) Math.max(values[i], value);
            }
        });
    }

    @Override
    public byte[] string() {
        return string;
    }

    /** Returns the runs as a text. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int at = HyperLogLog.HEADER; at < string.length; at += width(at)) {
            text.append(text.isEmpty() ? "" : " ");
            if (isValues(at)) {
                text.append("v:").append(value(at)).append(',').append(length(at));
            } else {
                text.append(isLongZeros(at) ? "Z:" : "z:").append(length(at));
            }
        }
        return text.toString();
    }
}
