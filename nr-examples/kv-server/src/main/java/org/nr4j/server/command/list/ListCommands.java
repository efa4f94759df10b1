package org.nr4j.server.command.list;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nr4j.kv.Entry;
import org.nr4j.server.command.Arguments;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.IndexRange;
import org.nr4j.server.command.Replies;
import org.nr4j.server.type.ListData;

/** Lists. */
public final class ListCommands {
    private static final String NOT_POSITIVE = "ERR value is out of range, must be positive";

    private ListCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("LPUSH", c -> push(c, /* left= */ true, /* creates= */ true));
        binder.bind("RPUSH", c -> push(c, /* left= */ false, /* creates= */ true));
        binder.bind("LPUSHX", c -> push(c, /* left= */ true, /* creates= */ false));
        binder.bind("RPUSHX", c -> push(c, /* left= */ false, /* creates= */ false));
        binder.bind("LPOP", c -> pop(c, /* left= */ true));
        binder.bind("RPOP", c -> pop(c, /* left= */ false));
        binder.bind("LLEN", c -> c.reply().integer(list(c).size()));
        binder.bind("LINDEX", ListCommands::get);
        binder.bind("LSET", ListCommands::set);
        binder.bind("LRANGE", ListCommands::range);
        binder.bind("LTRIM", ListCommands::trim);
        binder.bind("LREM", ListCommands::remove);
        binder.bind("LINSERT", ListCommands::insert);
        binder.bind("LPOS", ListPosition::run);
        binder.bind("RPOPLPUSH", c -> move(c, /* fromLeft= */ false, /* toLeft= */ true));
        binder.bind("LMOVE", c -> move(c, isLeft(c, 3), isLeft(c, 4)));
        binder.bind("LMPOP", c -> popMany(c, 1));
    }

    public static ListData list(CommandContext c) {
        return list(c, c.key());
    }

    public static ListData list(CommandContext c, byte[] key) {
        return new ListData(c.keys(), c.database(), key);
    }

    /** Whether an argument says the left end, and not the right one. */
    public static boolean isLeft(CommandContext c, int index) {
        if (!c.is(index, "LEFT") && !c.is(index, "RIGHT")) {
            throw CommandException.syntax();
        }
        return c.is(index, "LEFT");
    }

    // ---- ends ----

    private static void push(CommandContext c, boolean left, boolean creates) {
        ListData list = list(c);
        if (creates || !list.isEmpty()) {
            for (int i = 2; i < c.count(); i++) {
                list.push(left, c.arg(i));
            }
            list.save(left ? "lpush" : "rpush");
        }
        c.reply().integer(list.size());
    }

    private static void pop(CommandContext c, boolean left) {
        if (c.count() > 3) {
            throw c.wrongArity();
        }
        boolean counted = c.count() == 3;
        long count = counted ? c.integer(2, 0, Long.MAX_VALUE, NOT_POSITIVE) : 1;
        ListData list = list(c);
        if (list.isEmpty()) {
            if (counted) {
                c.reply().nullArray();
            } else {
                c.reply().nullBulk();
            }
            return;
        }
        if (counted) {
            Replies.array(c.reply(), take(list, left, count));
        } else {
            c.reply().bulk(take(list, left, 1).get(0));
        }
    }

    /** Removes elements from an end, and saves the list. */
    public static List<byte[]> take(ListData list, boolean left, long count) {
        List<byte[]> taken = new ArrayList<>();
        for (long missing = Math.min(count, list.size()); missing > 0; missing--) {
            taken.add(list.pop(left));
        }
        if (!taken.isEmpty()) {
            list.save(left ? "lpop" : "rpop");
        }
        return taken;
    }

    /** Moves an element; the commands have source and destination as their first keys. */
    public static void move(CommandContext c, boolean fromLeft, boolean toLeft) {
        if (!tryMove(c, fromLeft, toLeft)) {
            c.reply().nullBulk();
        }
    }

    /** Moves an element, and replies with it. Does nothing and returns false if there is none. */
    public static boolean tryMove(CommandContext c, boolean fromLeft, boolean toLeft) {
        ListData from = list(c);
        if (from.isEmpty()) {
            return false;
        }
        boolean same = Arrays.equals(c.key(), c.arg(2));
        ListData to = same ? from : list(c, c.arg(2));
        byte[] moved = from.pop(fromLeft);
        to.push(toLeft, moved);
        if (same) {
            c.event(toLeft ? "lpush" : "rpush", c.arg(2));
        } else {
            to.save(toLeft ? "lpush" : "rpush");
        }
        from.save(fromLeft ? "lpop" : "rpop");
        c.reply().bulk(moved);
        return true;
    }

    private static void popMany(CommandContext c, int countAt) {
        if (!tryPopMany(c, countAt)) {
            c.reply().nullArray();
        }
    }

    /** Removes elements of the first list that has some. Does nothing and returns false if there is none. */
    public static boolean tryPopMany(CommandContext c, int countAt) {
        int whereAt = Arguments.keysEnd(c, countAt);
        boolean left = isLeft(c, whereAt);
        long count = Arguments.countOption(c, whereAt + 1);
        for (int i = countAt + 1; i < whereAt; i++) {
            ListData list = list(c, c.arg(i));
            if (!list.isEmpty()) {
                c.reply().array(2);
                c.reply().bulk(c.arg(i));
                Replies.array(c.reply(), take(list, left, count));
                return true;
            }
        }
        return false;
    }

    // ---- indexes ----

    private static void get(CommandContext c) {
        ListData list = list(c);
        if (list.isEmpty()) {
            c.reply().nullBulk();
            return;
        }
        long index = c.integer(2);
        index = index < 0 ? index + list.size() : index;
        Replies.bulkOrNull(c.reply(), index >= 0 && index < list.size() ? list.get(index) : null);
    }

    private static void set(CommandContext c) {
        ListData list = list(c);
        if (list.isEmpty()) {
            throw new CommandException(CommandException.NO_SUCH_KEY);
        }
        long index = c.integer(2);
        index = index < 0 ? index + list.size() : index;
        if (index < 0 || index >= list.size()) {
            throw new CommandException("ERR index out of range");
        }
        list.set(index, c.arg(3));
        list.save("lset");
        c.reply().ok();
    }

    private static void range(CommandContext c) {
        IndexRange range = new IndexRange(c.integer(2), c.integer(3));
        ListData list = list(c);
        List<Entry> elements = list.entries(range.start(list.size()), range.stop(list.size()));
        c.reply().array(elements.size());
        for (Entry element : elements) {
            int at = c.reply().bulkSpace(element.valueLength());
            element.copyValueTo(c.reply().array(), at);
        }
    }

    private static void trim(CommandContext c) {
        IndexRange range = new IndexRange(c.integer(2), c.integer(3));
        ListData list = list(c);
        if (!list.isEmpty()) {
            long start = range.start(list.size());
            long stop = range.stop(list.size());
            if (start > stop) {
                list.clear();
            } else {
                list.keep(start, stop);
            }
            list.save("ltrim");
        }
        c.reply().ok();
    }

    private static void remove(CommandContext c) {
        long count = c.integer(2);
        ListData list = list(c);
        List<byte[]> all = list.range(0, list.size() - 1);
        List<Long> found = new ArrayList<>();
        long most = count == 0 ? Long.MAX_VALUE : count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
        for (int i = 0; i < all.size() && found.size() < most; i++) {
            int index = count < 0 ? all.size() - 1 - i : i;
            if (Arrays.equals(all.get(index), c.arg(3))) {
                found.add((long) index);
            }
        }
        if (!found.isEmpty()) {
            found.sort(null);
            list.remove(found);
            list.save("lrem");
        }
        c.reply().integer(found.size());
    }

    private static void insert(CommandContext c) {
        boolean after = c.is(2, "AFTER");
        if (!after && !c.is(2, "BEFORE")) {
            throw CommandException.syntax();
        }
        ListData list = list(c);
        List<byte[]> all = list.range(0, list.size() - 1);
        for (int i = 0; i < all.size(); i++) {
            if (Arrays.equals(all.get(i), c.arg(3))) {
                list.insert(after ? i + 1 : i, c.arg(4));
                list.save("linsert");
                c.reply().integer(list.size());
                return;
            }
        }
        c.reply().integer(list.isEmpty() ? 0 : -1);
    }
}
