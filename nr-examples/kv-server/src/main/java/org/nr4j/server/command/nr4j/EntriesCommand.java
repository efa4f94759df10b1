package org.nr4j.server.command.nr4j;

import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.KeyPages;
import org.nr4j.server.type.KeyPages.Item;

/**
 * Returns the first entries of a range of keys: NR.ENTRIES low high limit [REV] [NOVALUES]. The bounds are
 * {@link KeyBounds}. The reply has for each entry its key, its type, its size, and its value if it is a string. It ends
 * early if it is long, but has at least one entry.
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
        KeyBounds bounds = KeyBounds.of(c, 1);
        List<Item> items = KeyPages.page(c.keys(), c.database(), bounds.low(), bounds.end(), descending, limit);
        reply(c, items, values);
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
