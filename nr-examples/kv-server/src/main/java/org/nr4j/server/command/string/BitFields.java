package org.nr4j.server.command.string;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Numbers;

/** The command BITFIELD: integers of any width inside a string. */
public final class BitFields {
    private static final String BAD_TYPE =
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not " + "supported but i64 is.";
    private static final String BAD_OFFSET = "ERR bit offset is not an integer or out of range";

    /** What becomes of a number that does not fit. */
    private enum Overflow {
        WRAP,
        SAT,
        FAIL
    }

    private enum Action {
        GET,
        SET,
        INCRBY
    }

    private record Step(Action action, boolean signed, int width, long offset, long value, Overflow overflow) {}

    private BitFields() {}

    public static void run(CommandContext c, boolean readOnly) {
        List<Step> steps = parse(c);
        boolean writes = steps.stream().anyMatch(step -> step.action != Action.GET);
        if (readOnly && writes) {
            throw new CommandException("ERR BITFIELD_RO only supports the GET subcommand");
        }
        byte[] string = StringCommands.orEmpty(StringCommands.get(c, c.key()));
        if (writes) {
            long end = steps.stream()
                    .filter(step -> step.action != Action.GET)
                    .mapToLong(step -> step.offset + step.width)
                    .max()
                    .orElse(0);
            string = Arrays.copyOf(string, (int) Math.max(string.length, (end + 7) / 8));
        }
        c.reply().array(steps.size());
        for (Step step : steps) {
            run(c, step, string);
        }
        if (writes) {
            c.keys().updateString(c.database(), c.key(), string);
            c.event("setbit", c.key());
        }
    }

    // ---- arguments ----

    private static List<Step> parse(CommandContext c) {
        List<Step> steps = new ArrayList<>();
        Overflow overflow = Overflow.WRAP;
        int i = 2;
        while (i < c.count()) {
            int rest = c.count() - i - 1;
            if (c.is(i, "OVERFLOW") && rest >= 1) {
                overflow = overflow(c, i + 1);
                i += 2;
                continue;
            }
            Action action = action(c, i, rest);
            boolean signed = isSigned(c.arg(i + 1));
            int width = width(c.arg(i + 1));
            long offset = offset(c.arg(i + 2), width);
            long value = action == Action.GET ? 0 : c.integer(i + 3);
            steps.add(new Step(action, signed, width, offset, value, overflow));
            i += action == Action.GET ? 3 : 4;
        }
        return steps;
    }

    private static Action action(CommandContext c, int index, int rest) {
        if (c.is(index, "GET") && rest >= 2) {
            return Action.GET;
        }
        if (c.is(index, "SET") && rest >= 3) {
            return Action.SET;
        }
        if (c.is(index, "INCRBY") && rest >= 3) {
            return Action.INCRBY;
        }
        throw CommandException.syntax();
    }

    private static Overflow overflow(CommandContext c, int index) {
        for (Overflow overflow : Overflow.values()) {
            if (c.is(index, overflow.name())) {
                return overflow;
            }
        }
        throw new CommandException("ERR Invalid OVERFLOW type specified");
    }

    private static boolean isSigned(byte[] type) {
        if (type.length == 0 || (type[0] != 'i' && type[0] != 'u')) {
            throw new CommandException(BAD_TYPE);
        }
        return type[0] == 'i';
    }

    private static int width(byte[] type) {
        long width = Numbers.isLong(type, 1, type.length) ? Numbers.parseLong(type, 1, type.length) : 0;
        if (width < 1 || width > (isSigned(type) ? 64 : 63)) {
            throw new CommandException(BAD_TYPE);
        }
        return (int) width;
    }

    private static long offset(byte[] text, int width) {
        boolean counted = text.length > 0 && text[0] == '#';
        int from = counted ? 1 : 0;
        if (!Numbers.isLong(text, from, text.length)) {
            throw new CommandException(BAD_OFFSET);
        }
        long offset = Numbers.parseLong(text, from, text.length);
        long most = 8 * StringCommands.LONGEST - 1;
        if (offset < 0 || offset > (counted ? most / width : most)) {
            throw new CommandException(BAD_OFFSET);
        }
        return counted ? offset * width : offset;
    }

    // ---- numbers ----

    private static void run(CommandContext c, Step step, byte[] string) {
        long before = get(string, step);
        if (step.action == Action.GET) {
            c.reply().integer(before);
            return;
        }
        BigInteger wanted = step.action == Action.SET
                ? BigInteger.valueOf(step.value)
                : BigInteger.valueOf(before).add(BigInteger.valueOf(step.value));
        BigInteger low = step.signed ? BigInteger.ONE.shiftLeft(step.width - 1).negate() : BigInteger.ZERO;
        BigInteger high = BigInteger.ONE
                .shiftLeft(step.signed ? step.width - 1 : step.width)
                .subtract(BigInteger.ONE);
        boolean fits = wanted.compareTo(low) >= 0 && wanted.compareTo(high) <= 0;
        if (!fits && step.overflow == Overflow.FAIL) {
            c.reply().nullBulk();
            return;
        }
        if (!fits && step.overflow == Overflow.SAT) {
            wanted = wanted.signum() < 0 ? low : high;
        }
        put(string, step, wanted.longValue());
        c.reply().integer(step.action == Action.SET ? before : get(string, step));
    }

    private static long get(byte[] string, Step step) {
        long value = 0;
        for (long i = step.offset; i < step.offset + step.width; i++) {
            value = value << 1 | BitCommands.bit(string, i);
        }
        int unused = 64 - step.width;
        return step.signed ? value << unused >> unused : value;
    }

    private static void put(byte[] string, Step step, long value) {
        for (int i = 0; i < step.width; i++) {
            long at = step.offset + step.width - 1 - i;
            int mask = 0x80 >> (at & 7);
            int index = (int) (at >> 3);
            string[index] = (byte) ((value >> i & 1) == 1 ? string[index] | mask : string[index] & ~mask);
        }
    }
}
