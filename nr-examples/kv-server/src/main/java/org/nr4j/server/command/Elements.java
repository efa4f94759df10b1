package org.nr4j.server.command;

import java.util.function.Predicate;
import org.nr4j.server.type.Collection;

/** What commands on the elements of different types have in common. */
public final class Elements {
    private Elements() {}

    /** Changes the elements that a command names behind its key, and replies how many of them were changed. */
    public static void countChanges(CommandContext c, Collection collection, Predicate<byte[]> change) {
        long changed = 0;
        for (int i = 2; i < c.count(); i++) {
            changed += change.test(c.arg(i)) ? 1 : 0;
        }
        if (changed > 0) {
            collection.save();
        }
        c.reply().integer(changed);
    }
}
