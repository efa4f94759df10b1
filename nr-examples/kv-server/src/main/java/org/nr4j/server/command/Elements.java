package org.nr4j.server.command;

import java.util.function.Predicate;
import org.nr4j.server.type.Collection;

/** What commands on the elements of different types have in common. */
public final class Elements {
    private Elements() {}

    /**
     * Changes the elements that a command names behind its key, and replies how many of them were changed.
     *
     * @param event the notification of a change
     */
    public static void countChanges(CommandContext c, Collection collection, Predicate<byte[]> change, String event) {
        long changed = 0;
        for (int i = 2; i < c.count(); i++) {
            changed += change.test(c.arg(i)) ? 1 : 0;
        }
        if (changed > 0) {
            collection.save(event);
        }
        c.reply().integer(changed);
    }
}
