package org.nr4j.server.command.hyperloglog;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Numbers;

/** HyperLogLogs, which are strings. */
public final class HyperLogLogCommands {
    /** How many elements PFSELFTEST adds. */
    private static final int TESTED = 20_000;

    /** The standard error of an estimate: 1.04 / sqrt(registers). PFSELFTEST allows some of them. */
    private static final double STANDARD_ERROR = 1.04 / 128;

    private static final int ALLOWED_ERRORS = 5;

    private HyperLogLogCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("PFADD", HyperLogLogCommands::add);
        binder.bind("PFCOUNT", HyperLogLogCommands::count);
        binder.bind("PFMERGE", HyperLogLogCommands::merge);
        binder.bind("PFDEBUG", HyperLogLogCommands::debug);
        binder.bind("PFSELFTEST", HyperLogLogCommands::test);
    }

    private static @Nullable HyperLogLog get(CommandContext c, byte[] key) {
        byte[] string = c.keys().string(c.database(), key);
        return string == null ? null : HyperLogLog.decode(string);
    }

    private static void put(CommandContext c, byte[] key, HyperLogLog value) {
        c.keys().updateString(c.database(), key, value.encode());
    }

    private static void add(CommandContext c) {
        HyperLogLog found = get(c, c.key());
        HyperLogLog target = found == null ? HyperLogLog.create() : found;
        boolean changed = found == null;
        for (int i = 2; i < c.count(); i++) {
            changed |= target.add(c.arg(i));
        }
        if (changed) {
            target.invalidate();
            put(c, c.key(), target);
            c.event("pfadd", c.key());
        }
        c.reply().integer(changed);
    }

    private static void count(CommandContext c) {
        if (c.count() == 2) {
            HyperLogLog found = get(c, c.key());
            c.reply().integer(found == null ? 0 : found.cardinality());
            return;
        }
        byte[] values = new byte[Registers.COUNT];
        for (int i = 1; i < c.count(); i++) {
            HyperLogLog found = get(c, c.arg(i));
            if (found != null) {
                found.raise(values);
            }
        }
        c.reply().integer(HyperLogLog.cardinality(values));
    }

    private static void merge(CommandContext c) {
        byte[] values = new byte[Registers.COUNT];
        boolean dense = false;
        for (int i = 1; i < c.count(); i++) {
            HyperLogLog source = get(c, c.arg(i));
            if (source != null) {
                dense |= source.isDense();
                source.raise(values);
            }
        }
        HyperLogLog found = get(c, c.key());
        HyperLogLog target = found == null ? HyperLogLog.create() : found;
        if (dense) {
            target.toDense();
        }
        target.merge(values);
        target.invalidate();
        put(c, c.key(), target);
        c.event("pfadd", c.key());
        c.reply().ok();
    }

    // ---- debugging ----

    private static void debug(CommandContext c) {
        HyperLogLog found = get(c, c.arg(2));
        if (found == null) {
            throw new CommandException("ERR The specified key does not exist");
        }
        if (c.is(1, "GETREG")) {
            toDense(c, found);
            byte[] values = found.values();
            c.reply().array(values.length);
            for (byte value : values) {
                c.reply().integer(value);
            }
        } else if (c.is(1, "DECODE")) {
            if (found.isDense()) {
                throw new CommandException("ERR HLL encoding is not sparse");
            }
            c.reply().bulk(Objects.requireNonNull(found.runs()));
        } else if (c.is(1, "ENCODING")) {
            c.reply().simple(found.isDense() ? "dense" : "sparse");
        } else if (c.is(1, "TODENSE")) {
            c.reply().integer(toDense(c, found));
        } else {
            throw new CommandException("ERR Unknown PFDEBUG subcommand '" + c.text(1) + "'");
        }
    }

    private static boolean toDense(CommandContext c, HyperLogLog found) {
        boolean converts = !found.isDense();
        if (converts) {
            found.toDense();
            put(c, c.arg(2), found);
        }
        return converts;
    }

    /** Compares both encodings, and the estimate with the number of elements. */
    private static void test(CommandContext c) {
        HyperLogLog growing = HyperLogLog.create();
        HyperLogLog dense = HyperLogLog.create();
        dense.toDense();
        for (int i = 1; i <= TESTED; i++) {
            boolean changed = growing.add(Numbers.bytes(i));
            boolean same = dense.add(Numbers.bytes(i)) == changed;
            if (!same) {
                throw new CommandException("TESTFAILED dense/sparse disagree at element " + i);
            }
        }
        growing.invalidate();
        dense.invalidate();
        long estimate = growing.cardinality();
        if (estimate != dense.cardinality() || Math.abs(estimate - TESTED) > ALLOWED_ERRORS * STANDARD_ERROR * TESTED) {
            throw new CommandException("TESTFAILED Too big error. card:" + estimate);
        }
        c.reply().ok();
    }
}
