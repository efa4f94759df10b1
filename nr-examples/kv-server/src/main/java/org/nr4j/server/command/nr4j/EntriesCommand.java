package org.nr4j.server.command.nr4j;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.KeyPages;
import org.nr4j.server.type.KeyPages.Item;

/**
 * Returns the first entries of a range of keys: NR.ENTRIES low high limit [REV] [NOVALUES]. The bounds are as those of
 * ZRANGEBYLEX. The reply has for each entry its key, its type, its size, and its value if it is a string. It ends early
 * if it is long, but has at least one entry.
 */
public final class EntriesCommand {
    private static final int LONGEST_REPLY = 1 << 20;
    private static final int MOST_ENTRIES = 1_000;

    private EntriesCommand() {}

    /** Binds the command. */
    public static void bind(Binder binder) {
        binder.bind("NR.ENTRIES", EntriesCommand::run);
    }

    private static void run(CommandContext c) {
        boolean descending = false;
        boolean values = true;
        for (int i = 4; i < c.count(); i++) {
            if (c.is(i, "REV")) {
                descending = true;
            } else if (c.is(i, "NOVALUES")) {
                values = false;
            } else {
                throw CommandException.syntax();
            }
        }
        int limit = (int) c.integer(3, 1, MOST_ENTRIES, "ERR limit is out of range");
        List<Item> items = KeyPages.page(c.keys(), c.database(), low(c.arg(1)), end(c.arg(2)), descending, limit);
        reply(c, items, values);
    }

    /** Returns the lowest key of a range. */
    private static byte[] low(byte[] bound) {
        return switch (bound.length == 0 ? ' ' : bound[0]) {
            case '-' -> new byte[0];
            case '[' -> keyOf(bound);
            case '(' -> after(keyOf(bound));
            default -> throw invalid();
        };
    }

    /** Returns the lowest key above a range; null if there is none. */
    private static byte @Nullable [] end(byte[] bound) {
        return switch (bound.length == 0 ? ' ' : bound[0]) {
            case '+' -> null;
            case '[' -> after(keyOf(bound));
            case '(' -> keyOf(bound);
            default -> throw invalid();
        };
    }

    private static byte[] keyOf(byte[] bound) {
        return Arrays.copyOfRange(bound, 1, bound.length);
    }

    private static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static CommandException invalid() {
        return new CommandException("ERR min or max not valid string range item");
    }

    private static void reply(CommandContext c, List<Item> items, boolean values) {
        int count = 0;
        long length = 0;
        while (count < items.size() && (count == 0 || length < LONGEST_REPLY)) {
            Item item = items.get(count++);
            length += item.key().length + (values && item.string() != null ? item.size() : 0);
        }
        c.reply().array(count);
        for (Item item : items.subList(0, count)) {
            c.reply().array(4);
            c.reply().bulk(item.key());
            c.reply().bulk(item.type().text());
            c.reply().integer(item.size());
            if (values && item.string() != null) {
                c.reply().bulk(item.string(), 1, (int) item.size());
            } else {
                c.reply().nullBulk();
            }
        }
    }
}
