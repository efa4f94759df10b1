package org.nr4j.server.command.nr4j;

import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.KeyPages;

/** The keys of a database in their order, which is that of their bytes: ranges, ranks, counts and fingerprints. */
public final class OrderCommands {
    private static final int PAGE = 1_000;

    private OrderCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("NR.RANGE", OrderCommands::range);
        binder.bind("NR.RANK", c -> c.reply().integer(c.keys().rank(c.database(), c.key())));
        binder.bind("NR.KEYAT", OrderCommands::keyAt);
        binder.bind("NR.COUNT", OrderCommands::count);
        binder.bind("NR.FINGERPRINT", OrderCommands::fingerprint);
    }

    /** NR.RANGE low high [REV] [LIMIT offset count]. A negative count stands for all. */
    private static void range(CommandContext c) {
        boolean descending = false;
        long offset = 0;
        long count = -1;
        for (int i = 3; i < c.count(); i++) {
            if (c.is(i, "REV")) {
                descending = true;
            } else if (c.is(i, "LIMIT") && i + 2 < c.count()) {
                offset = c.integer(i + 1);
                count = c.integer(i + 2);
                i += 2;
            } else {
                throw CommandException.syntax();
            }
        }
        List<byte[]> keys = keys(c, KeyBounds.of(c, 1), descending, offset, count);
        c.reply().array(keys.size());
        keys.forEach(c.reply()::bulk);
    }

    /** Returns keys of a range. It skips the offset by a rank, so that costs O(log n). */
    private static List<byte[]> keys(CommandContext c, KeyBounds bounds, boolean descending, long offset, long count) {
        long first = bounds.firstRank(c);
        long end = bounds.endRank(c);
        if (offset < 0 || offset >= end - first || count == 0) {
            return List.of();
        }
        long wanted = count < 0 ? end - first - offset : Math.min(count, end - first - offset);
        int limit = (int) Math.min(Integer.MAX_VALUE, wanted);
        if (descending) {
            byte[] highest = c.keys().keyAt(c.database(), end - 1 - offset);
            byte[] above = KeyBounds.after(highest);
            return KeyPages.keys(c.keys(), c.database(), bounds.low(), above, /* descending= */ true, limit);
        }
        byte[] lowest = c.keys().keyAt(c.database(), first + offset);
        return KeyPages.keys(c.keys(), c.database(), lowest, bounds.end(), /* descending= */ false, limit);
    }

    /** NR.KEYAT index. A negative index counts from the last key, which is -1. */
    private static void keyAt(CommandContext c) {
        long index = c.integer(1);
        long size = c.keys().size(c.database());
        long rank = index < 0 ? size + index : index;
        if (rank < 0 || rank >= size) {
            c.reply().nullBulk();
        } else {
            c.reply().bulk(c.keys().keyAt(c.database(), rank));
        }
    }

    private static void count(CommandContext c) {
        KeyBounds bounds = KeyBounds.of(c, 1);
        c.reply().integer(bounds.endRank(c) - bounds.firstRank(c));
    }

    /** NR.FINGERPRINT low high. Reads all values of the range. */
    private static void fingerprint(CommandContext c) {
        KeyBounds bounds = KeyBounds.of(c, 1);
        ContentHash hash = new ContentHash(c.keys(), c.database());
        long count = 0;
        byte[] low = bounds.low();
        List<byte[]> page;
        do {
            page = KeyPages.keys(c.keys(), c.database(), low, bounds.end(), /* descending= */ false, PAGE);
            for (byte[] key : page) {
                hash.add(key);
                low = KeyBounds.after(key);
            }
            count += page.size();
        } while (page.size() == PAGE);
        c.reply().array(2);
        c.reply().integer(count);
        c.reply().bulk(hash.sum());
    }
}
