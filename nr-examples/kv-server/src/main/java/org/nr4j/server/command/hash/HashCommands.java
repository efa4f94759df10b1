package org.nr4j.server.command.hash;

import java.math.BigDecimal;
import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Elements;
import org.nr4j.server.command.RandomChoice;
import org.nr4j.server.command.Replies;
import org.nr4j.server.command.string.StringCommands;
import org.nr4j.server.protocol.LongDouble;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.HashData.Field;

/** Hashes. */
public final class HashCommands {
    private HashCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("HSET", c -> c.reply().integer(put(c)));
        binder.bind("HMSET", HashCommands::setMany);
        binder.bind("HSETNX", HashCommands::setIfAbsent);
        binder.bind("HGET", c -> Replies.bulkOrNull(c.reply(), hash(c).get(c.arg(2))));
        binder.bind("HMGET", HashCommands::getMany);
        binder.bind("HDEL", HashCommands::delete);
        binder.bind("HLEN", c -> c.reply().integer(hash(c).size()));
        binder.bind("HSTRLEN", c -> c.reply().integer(StringCommands.orEmpty(hash(c).get(c.arg(2))).length));
        binder.bind("HEXISTS", c -> c.reply().integer(hash(c).contains(c.arg(2))));
        binder.bind("HGETALL", HashCommands::getAll);
        binder.bind(
                "HKEYS",
                c -> Replies.array(
                        c.reply(), hash(c).fields().stream().map(Field::name).toList()));
        binder.bind(
                "HVALS",
                c -> Replies.array(
                        c.reply(), hash(c).fields().stream().map(Field::value).toList()));
        binder.bind("HINCRBY", HashCommands::add);
        binder.bind("HINCRBYFLOAT", HashCommands::addFloat);
        binder.bind("HRANDFIELD", HashCommands::random);
    }

    private static HashData hash(CommandContext c) {
        return new HashData(c.keys(), c.database(), c.key());
    }

    private static long put(CommandContext c) {
        if (c.count() % 2 != 0) {
            throw c.wrongArity();
        }
        HashData hash = hash(c);
        long added = 0;
        for (int i = 2; i < c.count(); i += 2) {
            added += hash.put(c.arg(i), c.arg(i + 1)) ? 1 : 0;
        }
        hash.save("hset");
        return added;
    }

    private static void setMany(CommandContext c) {
        put(c);
        c.reply().ok();
    }

    private static void setIfAbsent(CommandContext c) {
        HashData hash = hash(c);
        boolean absent = !hash.contains(c.arg(2));
        if (absent) {
            hash.put(c.arg(2), c.arg(3));
            hash.save("hset");
        }
        c.reply().integer(absent);
    }

    private static void getMany(CommandContext c) {
        HashData hash = hash(c);
        c.reply().array(c.count() - 2);
        for (int i = 2; i < c.count(); i++) {
            Replies.bulkOrNull(c.reply(), hash.get(c.arg(i)));
        }
    }

    private static void delete(CommandContext c) {
        HashData hash = hash(c);
        Elements.countChanges(c, hash, hash::remove, "hdel");
    }

    private static void getAll(CommandContext c) {
        List<Field> fields = hash(c).fields();
        c.reply().map(fields.size());
        for (Field field : fields) {
            c.reply().bulk(field.name());
            c.reply().bulk(field.value());
        }
    }

    private static void add(CommandContext c) {
        long added = c.integer(3);
        HashData hash = hash(c);
        byte[] before = hash.get(c.arg(2));
        if (before != null && !Numbers.isLong(before)) {
            throw new CommandException("ERR hash value is not an integer");
        }
        long start = before == null ? 0 : Numbers.parseLong(before);
        long sum = start + added;
        if (((start ^ sum) & (added ^ sum)) < 0) {
            throw new CommandException(CommandException.OVERFLOW);
        }
        hash.putAndKeepExpiry(c.arg(2), Numbers.bytes(sum));
        hash.save("hincrby");
        c.reply().integer(sum);
    }

    private static void addFloat(CommandContext c) {
        BigDecimal added = LongDouble.parse(c.arg(3));
        if (added == null) {
            boolean infinite = Double.isInfinite(Numbers.parseDouble(c.arg(3)));
            throw new CommandException(infinite ? "ERR value is NaN or Infinity" : CommandException.NOT_A_FLOAT);
        }
        HashData hash = hash(c);
        byte[] before = hash.get(c.arg(2));
        BigDecimal start = before == null ? BigDecimal.ZERO : LongDouble.parse(before);
        if (start == null) {
            throw new CommandException("ERR hash value is not a float");
        }
        byte[] sum = LongDouble.format(LongDouble.add(start, added));
        hash.putAndKeepExpiry(c.arg(2), sum);
        hash.save("hincrbyfloat");
        c.reply().bulk(sum);
    }

    private static void random(CommandContext c) {
        if (c.count() == 2) {
            HashData hash = hash(c);
            Replies.bulkOrNull(
                    c.reply(),
                    hash.isEmpty()
                            ? null
                            : hash.fieldAt(c.random().nextLong(hash.size())).name());
            return;
        }
        long count = RandomChoice.count(c, 2);
        boolean withValues = RandomChoice.isWith(c, "WITHVALUES", count);
        HashData hash = hash(c);
        List<Field> chosen = RandomChoice.choose(c.random(), hash.size(), count, hash::fieldAt);
        boolean pairs = withValues && c.reply().isResp3();
        c.reply().array(withValues && !pairs ? 2L * chosen.size() : chosen.size());
        for (Field field : chosen) {
            if (pairs) {
                c.reply().array(2);
            }
            c.reply().bulk(field.name());
            if (withValues) {
                c.reply().bulk(field.value());
            }
        }
    }
}
