package org.nr4j.server.command.list;

import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.Blocking;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.Replies;
import org.nr4j.server.type.ListData;

/** Commands that wait for an element of a list. */
public final class BlockingListCommands {
    private BlockingListCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("BLPOP", c -> pop(c, /* left= */ true));
        binder.bind("BRPOP", c -> pop(c, /* left= */ false));
        binder.bind("BLMOVE", BlockingListCommands::move);
        binder.bind("BRPOPLPUSH", BlockingListCommands::popAndPush);
        binder.bind("BLMPOP", c -> {
            Blocking.requireTimeout(c, 1);
            Blocking.endArray(c, ListCommands.tryPopMany(c, 2));
        });
    }

    // ---- lists ----

    private static void pop(CommandContext c, boolean left) {
        Blocking.requireTimeout(c, c.count() - 1);
        boolean found = false;
        for (int i = 1; i < c.count() - 1 && !found; i++) {
            ListData list = ListCommands.list(c, c.arg(i));
            found = !list.isEmpty();
            if (found) {
                Replies.array(
                        c.reply(),
                        List.of(c.arg(i), ListCommands.take(list, left, 1).get(0)));
            }
        }
        Blocking.endArray(c, found);
    }

    private static void move(CommandContext c) {
        boolean fromLeft = ListCommands.isLeft(c, 3);
        boolean toLeft = ListCommands.isLeft(c, 4);
        Blocking.requireTimeout(c, 5);
        endMove(c, ListCommands.tryMove(c, fromLeft, toLeft));
    }

    private static void popAndPush(CommandContext c) {
        Blocking.requireTimeout(c, 3);
        endMove(c, ListCommands.tryMove(c, /* fromLeft= */ false, /* toLeft= */ true));
    }

    private static void endMove(CommandContext c, boolean found) {
        if (!found && !c.waits()) {
            c.reply().nullBulk();
        }
    }
}
