package org.nr4j.server.command.string;

import java.util.Arrays;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;

/** Strings as rows of bits. Bit 0 is the highest bit of the first byte. */
public final class BitCommands {
    private static final String BAD_OFFSET = "ERR bit offset is not an integer or out of range";
    private static final String BAD_BIT = "ERR bit is not an integer or out of range";

    private BitCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("SETBIT", BitCommands::set);
        binder.bind("GETBIT", BitCommands::get);
        binder.bind("BITCOUNT", BitCommands::count);
        binder.bind("BITPOS", BitCommands::position);
        binder.bind("BITOP", BitCommands::combine);
        binder.bind("BITFIELD", c -> BitFields.run(c, /* readOnly= */ false));
        binder.bind("BITFIELD_RO", c -> BitFields.run(c, /* readOnly= */ true));
    }

    private static byte[] string(CommandContext c, byte[] key) {
        return StringCommands.orEmpty(StringCommands.get(c, key));
    }

    // ---- single bits ----

    private static void set(CommandContext c) {
        long offset = c.integer(2, 0, 8 * StringCommands.LONGEST - 1, BAD_OFFSET);
        long bit = c.integer(3, 0, 1, BAD_BIT);
        byte[] before = string(c, c.key());
        int index = (int) (offset >> 3);
        int mask = 0x80 >> (offset & 7);
        byte[] after = Arrays.copyOf(before, Math.max(before.length, index + 1));
        boolean wasSet = (after[index] & mask) != 0;
        after[index] = (byte) (bit == 1 ? after[index] | mask : after[index] & ~mask);
        if (!Arrays.equals(before, after)) {
            c.keys().updateString(c.database(), c.key(), after);
            c.event("setbit", c.key());
        }
        c.reply().integer(wasSet);
    }

    private static void get(CommandContext c) {
        long offset = c.integer(2, 0, 8 * StringCommands.LONGEST - 1, BAD_OFFSET);
        byte[] string = string(c, c.key());
        c.reply().integer(bit(string, offset));
    }

    /** Returns a bit; 0 behind the end. */
    public static int bit(byte[] string, long offset) {
        int index = (int) (offset >> 3);
        return index < string.length ? string[index] >> (7 - (offset & 7)) & 1 : 0;
    }

    // ---- ranges ----

    /** Bits from one to another, both inclusive; none if the first is behind the last. */
    private record BitRange(long first, long last) {
        /** Reads the range of BITCOUNT, which is empty if both ends are negative and in the wrong order. */
        static BitRange ofCount(CommandContext c, int length) {
            long start = c.integer(2);
            long end = c.integer(3);
            if (start < 0 && end < 0 && start > end) {
                return new BitRange(0, -1);
            }
            return of(start, end, areBits(c, 4), length);
        }

        /** Reads the range of BITPOS, of which the arguments have at least the start. */
        static BitRange ofPosition(CommandContext c, int length) {
            long start = c.integer(3);
            boolean bits = areBits(c, 5);
            return of(start, c.count() > 4 ? c.integer(4) : Long.MAX_VALUE, bits, length);
        }

        /** Whether an argument says that the range is one of bits. It may be missing. */
        private static boolean areBits(CommandContext c, int unitAt) {
            boolean bits = c.is(unitAt, "BIT");
            if (unitAt < c.count() && !bits && !c.is(unitAt, "BYTE")) {
                throw CommandException.syntax();
            }
            return bits;
        }

        private static BitRange of(long start, long end, boolean bits, int length) {
            long size = bits ? 8L * length : length;
            long first = start < 0 ? Math.max(0, start + size) : start;
            long last = Math.min(size - 1, end < 0 ? Math.max(0, end + size) : end);
            if (first > last) {
                return new BitRange(0, -1);
            }
            return bits ? new BitRange(first, last) : new BitRange(8 * first, 8 * last + 7);
        }
    }

    private static void count(CommandContext c) {
        byte[] value = StringCommands.get(c, c.key());
        if (value == null) {
            c.reply().integer(0);
            return;
        }
        byte[] string = value;
        if (c.count() == 3 || c.count() > 5) {
            throw CommandException.syntax();
        }
        BitRange range = c.count() == 2 ? new BitRange(0, 8L * string.length - 1) : BitRange.ofCount(c, string.length);
        long count = 0;
        for (long i = range.first; i <= range.last; i++) {
            if ((i & 7) == 0 && i + 7 <= range.last) {
                count += Integer.bitCount(string[(int) (i >> 3)] & 0xFF);
                i += 7;
            } else {
                count += bit(string, i);
            }
        }
        c.reply().integer(count);
    }

    private static void position(CommandContext c) {
        long bit = c.integer(2);
        if (bit != 0 && bit != 1) {
            throw new CommandException("ERR The bit argument must be 1 or 0.");
        }
        byte[] value = StringCommands.get(c, c.key());
        if (value == null) {
            c.reply().integer(bit == 1 ? -1 : 0);
            return;
        }
        if (c.count() > 6) {
            throw CommandException.syntax();
        }
        BitRange range = c.count() < 4 ? new BitRange(0, 8L * value.length - 1) : BitRange.ofPosition(c, value.length);
        long found = find(value, (int) bit, range);
        // Without an end, a string goes on with zeros for ever.
        boolean open = bit == 0 && c.count() < 5 && range.first <= range.last;
        c.reply().integer(found < 0 && open ? range.last + 1 : found);
    }

    private static long find(byte[] string, int bit, BitRange range) {
        int whole = bit == 1 ? 0 : -1;
        for (long i = range.first; i <= range.last; i++) {
            if ((i & 7) == 0 && i + 7 <= range.last && string[(int) (i >> 3)] == whole) {
                i += 7;
            } else if (bit(string, i) == bit) {
                return i;
            }
        }
        return -1;
    }

    // ---- several strings ----

    private static void combine(CommandContext c) {
        boolean not = c.is(1, "NOT");
        if (!not && !c.is(1, "AND") && !c.is(1, "OR") && !c.is(1, "XOR")) {
            throw CommandException.syntax();
        }
        if (not && c.count() != 4) {
            throw new CommandException("ERR BITOP NOT must be called with a single source key.");
        }
        byte[][] sources = new byte[c.count() - 3][];
        int longest = 0;
        for (int i = 0; i < sources.length; i++) {
            sources[i] = string(c, c.arg(i + 3));
            longest = Math.max(longest, sources[i].length);
        }
        byte[] result = Arrays.copyOf(sources[0], longest);
        for (int i = 0; i < longest; i++) {
            result[i] = not ? (byte) ~result[i] : combined(c, sources, i);
        }
        if (longest > 0) {
            c.keys().setString(c.database(), c.arg(2), result);
            c.event("set", c.arg(2));
        } else if (c.keys().remove(c.database(), c.arg(2))) {
            c.event("del", c.arg(2));
        }
        c.reply().integer(longest);
    }

    private static byte combined(CommandContext c, byte[][] sources, int index) {
        int result = at(sources[0], index);
        for (int i = 1; i < sources.length; i++) {
            int other = at(sources[i], index);
            result = c.is(1, "AND") ? result & other : c.is(1, "OR") ? result | other : result ^ other;
        }
        return (byte) result;
    }

    private static int at(byte[] string, int index) {
        return index < string.length ? string[index] : 0;
    }
}
