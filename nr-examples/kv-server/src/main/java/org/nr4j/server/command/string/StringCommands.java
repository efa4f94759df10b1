package org.nr4j.server.command.string;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.ExpiryOptions;
import org.nr4j.server.command.Replies;
import org.nr4j.server.protocol.LongDouble;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.Type;

/** Strings. */
public final class StringCommands {
    private static final byte[] EMPTY = {};

    /** The longest string. */
    public static final long LONGEST = 512L << 20;

    private StringCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("GET", c -> Replies.bulkOrNull(c.reply(), get(c, c.key())));
        binder.bind("SET", StringCommands::set);
        binder.bind("SETNX", StringCommands::setIfAbsent);
        binder.bind("SETEX", c -> setExpiring(c, ExpiryOptions.Form.EX));
        binder.bind("PSETEX", c -> setExpiring(c, ExpiryOptions.Form.PX));
        binder.bind("GETSET", StringCommands::getAndSet);
        binder.bind("GETDEL", StringCommands::getAndDelete);
        binder.bind("GETEX", StringCommands::getAndExpire);
        binder.bind("MGET", StringCommands::getMany);
        binder.bind("MSET", StringCommands::setMany);
        binder.bind("MSETNX", StringCommands::setManyIfAbsent);
        binder.bind("APPEND", StringCommands::append);
        binder.bind("STRLEN", c -> c.reply().integer(orEmpty(get(c, c.key())).length));
        binder.bind("GETRANGE", StringCommands::getRange);
        binder.bind("SUBSTR", StringCommands::getRange);
        binder.bind("SETRANGE", StringCommands::setRange);
        binder.bind("INCR", c -> add(c, 1));
        binder.bind("DECR", c -> add(c, -1));
        binder.bind("INCRBY", c -> add(c, c.integer(2)));
        binder.bind("DECRBY", StringCommands::subtract);
        binder.bind("INCRBYFLOAT", StringCommands::addFloat);
    }

    public static byte @Nullable [] get(CommandContext c, byte[] key) {
        return c.keys().string(c.database(), key);
    }

    public static byte[] orEmpty(byte @Nullable [] value) {
        return value == null ? EMPTY : value;
    }

    private static void put(CommandContext c, byte[] key, byte[] value) {
        c.keys().setString(c.database(), key, value);
        c.event("set", key);
    }

    // ---- SET ----

    private static void set(CommandContext c) {
        if (c.count() == 3) {
            put(c, c.key(), c.arg(2));
            c.reply().ok();
            return;
        }
        SetOptions options = SetOptions.parse(c);
        long expiry = options.expiry(c);
        byte[] before = options.get ? get(c, c.key()) : null;
        boolean exists = c.keys().exists(c.database(), c.key());
        boolean sets = !(options.ifAbsent && exists) && !(options.ifPresent && !exists);
        if (sets) {
            long kept = options.keepExpiry ? c.keys().expiry(c.database(), c.key()) : expiry;
            c.keys().setString(c.database(), c.key(), c.arg(2), kept);
            noteSet(c, options.form != null);
        }
        if (options.get || !sets) {
            Replies.bulkOrNull(c.reply(), before);
        } else {
            c.reply().ok();
        }
    }

    private static void noteSet(CommandContext c, boolean expires) {
        c.event("set", c.key());
        if (expires) {
            c.event("expire", c.key());
        }
    }

    private static void setIfAbsent(CommandContext c) {
        boolean absent = !c.keys().exists(c.database(), c.key());
        if (absent) {
            put(c, c.key(), c.arg(2));
        }
        c.reply().integer(absent);
    }

    private static void setExpiring(CommandContext c, ExpiryOptions.Form form) {
        c.keys().setString(c.database(), c.key(), c.arg(3), ExpiryOptions.positive(c, 2, form));
        noteSet(c, /* expires= */ true);
        c.reply().ok();
    }

    // ---- GET and more ----

    private static void getAndSet(CommandContext c) {
        byte[] before = get(c, c.key());
        put(c, c.key(), c.arg(2));
        Replies.bulkOrNull(c.reply(), before);
    }

    private static void getAndDelete(CommandContext c) {
        byte[] value = get(c, c.key());
        if (value != null) {
            c.keys().remove(c.database(), c.key());
            c.event("del", c.key());
        }
        Replies.bulkOrNull(c.reply(), value);
    }

    private static void getAndExpire(CommandContext c) {
        SetOptions options = SetOptions.parse(c);
        byte[] value = get(c, c.key());
        boolean persists = options.persist && c.keys().expiry(c.database(), c.key()) != Keyspace.NEVER;
        if (value != null && (persists || options.form != null)) {
            c.keys().setExpiry(c.database(), c.key(), options.expiry(c));
        }
        Replies.bulkOrNull(c.reply(), value);
    }

    private static void getMany(CommandContext c) {
        c.reply().array(c.count() - 1);
        for (int i = 1; i < c.count(); i++) {
            boolean isString = c.keys().type(c.database(), c.arg(i)) == Type.STRING;
            Replies.bulkOrNull(c.reply(), isString ? get(c, c.arg(i)) : null);
        }
    }

    private static void setMany(CommandContext c) {
        requirePairs(c);
        for (int i = 1; i < c.count(); i += 2) {
            put(c, c.arg(i), c.arg(i + 1));
        }
        c.reply().ok();
    }

    private static void setManyIfAbsent(CommandContext c) {
        requirePairs(c);
        boolean absent = true;
        for (int i = 1; i < c.count(); i += 2) {
            absent &= !c.keys().exists(c.database(), c.arg(i));
        }
        for (int i = 1; absent && i < c.count(); i += 2) {
            put(c, c.arg(i), c.arg(i + 1));
        }
        c.reply().integer(absent);
    }

    private static void requirePairs(CommandContext c) {
        if (c.count() % 2 == 0) {
            throw c.wrongArity();
        }
    }

    // ---- parts ----

    private static void append(CommandContext c) {
        byte[] before = get(c, c.key());
        byte[] start = orEmpty(before);
        byte[] added = c.arg(2);
        requireLength((long) start.length + added.length);
        byte[] whole = Arrays.copyOf(start, start.length + added.length);
        System.arraycopy(added, 0, whole, start.length, added.length);
        c.keys().updateString(c.database(), c.key(), whole);
        c.event("append", c.key());
        c.reply().integer(whole.length);
    }

    public static void requireLength(long length) {
        if (length > LONGEST) {
            throw new CommandException("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
    }

    private static void getRange(CommandContext c) {
        long start = c.integer(2);
        long end = c.integer(3);
        byte[] value = orEmpty(get(c, c.key()));
        if (start < 0 && end < 0 && start > end) {
            c.reply().bulk(EMPTY);
            return;
        }
        long from = Math.max(0, start < 0 ? start + value.length : start);
        long to = Math.min(value.length - 1L, Math.max(0, end < 0 ? end + value.length : end));
        if (from > to || value.length == 0) {
            c.reply().bulk(EMPTY);
        } else {
            c.reply().bulk(value, (int) from, (int) (to - from + 1));
        }
    }

    private static void setRange(CommandContext c) {
        long offset = c.integer(2);
        if (offset < 0) {
            throw new CommandException("ERR offset is out of range");
        }
        byte[] before = orEmpty(get(c, c.key()));
        byte[] added = c.arg(3);
        if (added.length > 0) {
            requireLength(offset + added.length);
            byte[] whole = Arrays.copyOf(before, (int) Math.max(before.length, offset + added.length));
            System.arraycopy(added, 0, whole, (int) offset, added.length);
            c.keys().updateString(c.database(), c.key(), whole);
            c.event("setrange", c.key());
            before = whole;
        }
        c.reply().integer(before.length);
    }

    // ---- numbers ----

    private static void subtract(CommandContext c) {
        long subtracted = c.integer(2);
        if (subtracted == Long.MIN_VALUE) {
            throw new CommandException("ERR decrement would overflow");
        }
        add(c, -subtracted);
    }

    private static void add(CommandContext c, long added) {
        byte[] before = get(c, c.key());
        if (before != null && !Numbers.isLong(before)) {
            throw new CommandException(CommandException.NOT_AN_INTEGER);
        }
        long start = before == null ? 0 : Numbers.parseLong(before);
        long sum = start + added;
        if (((start ^ sum) & (added ^ sum)) < 0) {
            throw new CommandException(CommandException.OVERFLOW);
        }
        c.keys().updateString(c.database(), c.key(), Numbers.bytes(sum));
        c.event("incrby", c.key());
        c.reply().integer(sum);
    }

    private static void addFloat(CommandContext c) {
        byte[] before = get(c, c.key());
        BigDecimal start = before == null ? BigDecimal.ZERO : LongDouble.parse(before);
        BigDecimal added = LongDouble.parse(c.arg(2));
        if (start == null || added == null) {
            boolean infinite = start != null && Double.isInfinite(Numbers.parseDouble(c.arg(2)));
            throw new CommandException(
                    infinite ? "ERR increment would produce NaN or Infinity" : CommandException.NOT_A_FLOAT);
        }
        byte[] sum = LongDouble.format(LongDouble.add(start, added));
        c.keys().updateString(c.database(), c.key(), sum);
        c.event("incrbyfloat", c.key());
        c.reply().bulk(sum);
    }

    /** The options of SET and GETEX. */
    private static final class SetOptions {
        private boolean get;
        private boolean ifAbsent;
        private boolean ifPresent;
        private boolean keepExpiry;
        private boolean persist;
        private ExpiryOptions.@Nullable Form form;
        private int formAt;

        static SetOptions parse(CommandContext c) {
            boolean sets = c.is(0, "SET");
            SetOptions options = new SetOptions();
            ExpiryOptions.Form form = null;
            int formAt = 0;
            for (int i = sets ? 3 : 2; i < c.count(); i++) {
                ExpiryOptions.Form found = ExpiryOptions.formAt(c, i);
                if (found != null && (form == null || form == found) && !options.keepExpiry && !options.persist) {
                    form = found;
                    formAt = ++i;
                } else if (found != null || !options.flag(c, i, sets, form != null)) {
                    throw CommandException.syntax();
                }
            }
            options.form = form;
            options.formAt = formAt;
            return options;
        }

        /** Returns when the string is to expire. */
        long expiry(CommandContext c) {
            return form == null ? Keyspace.NEVER : ExpiryOptions.positive(c, formAt, form);
        }

        private boolean flag(CommandContext c, int index, boolean sets, boolean expires) {
            if (sets && c.is(index, "NX") && !ifPresent) {
                ifAbsent = true;
            } else if (sets && c.is(index, "XX") && !ifAbsent) {
                ifPresent = true;
            } else if (sets && c.is(index, "GET")) {
                get = true;
            } else if (sets && !expires && c.is(index, "KEEPTTL")) {
                keepExpiry = true;
            } else if (!sets && !expires && c.is(index, "PERSIST")) {
                persist = true;
            } else {
                return false;
            }
            return true;
        }
    }
}
