package org.nr4j.server.command.set;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Elements;
import org.nr4j.server.command.RandomChoice;
import org.nr4j.server.command.Replies;
import org.nr4j.server.type.SetData;

/** Sets. */
public final class SetCommands {
    private SetCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("SADD", SetCommands::add);
        binder.bind("SREM", SetCommands::remove);
        binder.bind("SCARD", c -> c.reply().integer(set(c, 1).size()));
        binder.bind("SISMEMBER", c -> c.reply().integer(set(c, 1).contains(c.arg(2))));
        binder.bind("SMISMEMBER", SetCommands::containsMany);
        binder.bind("SMEMBERS", c -> Replies.set(c.reply(), set(c, 1).members()));
        binder.bind("SMOVE", SetCommands::move);
        binder.bind("SPOP", SetCommands::pop);
        binder.bind("SRANDMEMBER", SetCommands::random);
        binder.bind("SINTER", c -> Replies.set(c.reply(), intersection(sets(c, 1, c.count() - 1), Long.MAX_VALUE)));
        binder.bind("SUNION", c -> Replies.set(c.reply(), union(sets(c, 1, c.count() - 1))));
        binder.bind("SDIFF", c -> Replies.set(c.reply(), difference(sets(c, 1, c.count() - 1))));
        binder.bind("SINTERSTORE", c -> store(c, intersection(sets(c, 2, c.count() - 2), Long.MAX_VALUE)));
        binder.bind("SUNIONSTORE", c -> store(c, union(sets(c, 2, c.count() - 2))));
        binder.bind("SDIFFSTORE", c -> store(c, difference(sets(c, 2, c.count() - 2))));
        binder.bind("SINTERCARD", SetCommands::countIntersection);
    }

    private static SetData set(CommandContext c, int index) {
        return new SetData(c.keys(), c.database(), c.arg(index));
    }

    private static List<SetData> sets(CommandContext c, int from, long count) {
        List<SetData> sets = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            sets.add(set(c, i));
        }
        return sets;
    }

    // ---- one set ----

    private static void add(CommandContext c) {
        SetData set = set(c, 1);
        Elements.countChanges(c, set, set::add, "sadd");
    }

    private static void remove(CommandContext c) {
        SetData set = set(c, 1);
        Elements.countChanges(c, set, set::remove, "srem");
    }

    private static void containsMany(CommandContext c) {
        SetData set = set(c, 1);
        c.reply().array(c.count() - 2);
        for (int i = 2; i < c.count(); i++) {
            c.reply().integer(set.contains(c.arg(i)));
        }
    }

    private static void move(CommandContext c) {
        SetData from = set(c, 1);
        if (from.isEmpty()) {
            c.reply().integer(0);
            return;
        }
        SetData to = set(c, 2);
        boolean found = from.contains(c.arg(3));
        if (found && !Arrays.equals(c.arg(1), c.arg(2))) {
            from.remove(c.arg(3));
            from.save("srem");
            if (to.add(c.arg(3))) {
                to.save("sadd");
            }
        }
        c.reply().integer(found);
    }

    private static void pop(CommandContext c) {
        if (c.count() > 3) {
            throw CommandException.syntax();
        }
        boolean counted = c.count() == 3;
        long count = counted ? c.integer(2, 0, Long.MAX_VALUE, "ERR value is out of range, must be positive") : 1;
        SetData set = set(c, 1);
        List<byte[]> popped = RandomChoice.choose(c.random(), set.size(), count, set::memberAt);
        popped.forEach(set::remove);
        if (!popped.isEmpty()) {
            set.save("spop");
        }
        if (counted) {
            Replies.set(c.reply(), popped);
        } else {
            Replies.bulkOrNull(c.reply(), popped.isEmpty() ? null : popped.get(0));
        }
    }

    private static void random(CommandContext c) {
        if (c.count() > 3) {
            throw CommandException.syntax();
        }
        boolean counted = c.count() == 3;
        long count = counted ? RandomChoice.count(c, 2) : 1;
        SetData set = set(c, 1);
        List<byte[]> chosen = RandomChoice.choose(c.random(), set.size(), count, set::memberAt);
        if (counted) {
            Replies.array(c.reply(), chosen);
        } else {
            Replies.bulkOrNull(c.reply(), chosen.isEmpty() ? null : chosen.get(0));
        }
    }

    // ---- several sets ----

    /** Returns up to {@code most} members that are in all sets. */
    private static List<byte[]> intersection(List<SetData> sets, long most) {
        List<SetData> bySize = new ArrayList<>(sets);
        bySize.sort(Comparator.comparingLong(SetData::size));
        List<byte[]> found = new ArrayList<>();
        for (byte[] member : bySize.get(0).members()) {
            if (found.size() < most && bySize.stream().skip(1).allMatch(set -> set.contains(member))) {
                found.add(member);
            }
        }
        return found;
    }

    private static List<byte[]> union(List<SetData> sets) {
        TreeSet<byte[]> found = new TreeSet<>(Arrays::compareUnsigned);
        sets.forEach(set -> found.addAll(set.members()));
        return List.copyOf(found);
    }

    private static List<byte[]> difference(List<SetData> sets) {
        return sets.get(0).members().stream()
                .filter(member -> sets.stream().skip(1).noneMatch(set -> set.contains(member)))
                .toList();
    }

    private static void store(CommandContext c, List<byte[]> members) {
        boolean replaces = c.keys().remove(c.database(), c.key());
        SetData target = set(c, 1);
        members.forEach(target::add);
        target.saveInPlace(replaces, c.command().fullName());
        c.reply().integer(members.size());
    }

    private static void countIntersection(CommandContext c) {
        long keys = c.integer(1, 1, Long.MAX_VALUE, "ERR numkeys should be greater than 0");
        if (keys > c.count() - 2) {
            throw new CommandException("ERR Number of keys can't be greater than number of args");
        }
        long most = 0;
        for (int i = 2 + (int) keys; i < c.count(); i += 2) {
            if (!c.is(i, "LIMIT") || i + 1 == c.count()) {
                throw CommandException.syntax();
            }
            most = c.integer(i + 1, 0, Long.MAX_VALUE, "ERR LIMIT can't be negative");
        }
        c.reply()
                .integer(intersection(sets(c, 2, keys), most == 0 ? Long.MAX_VALUE : most)
                        .size());
    }
}
