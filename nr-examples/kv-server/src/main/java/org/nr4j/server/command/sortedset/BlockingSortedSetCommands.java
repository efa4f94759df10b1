package org.nr4j.server.command.sortedset;

import org.nr4j.server.command.Binder;
import org.nr4j.server.command.Blocking;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;

/** Commands that wait for a member of a sorted set. */
public final class BlockingSortedSetCommands {
    private BlockingSortedSetCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("BZMPOP", c -> {
            Blocking.requireTimeout(c, 1);
            Blocking.endArray(c, SortedSetCommands.tryPopMany(c, 2));
        });
        binder.bind("BZPOPMIN", c -> popMember(c, /* highest= */ false));
        binder.bind("BZPOPMAX", c -> popMember(c, /* highest= */ true));
    }

    private static void popMember(CommandContext c, boolean highest) {
        Blocking.requireTimeout(c, c.count() - 1);
        boolean found = false;
        for (int i = 1; i < c.count() - 1 && !found; i++) {
            SortedSetData set = SortedSetCommands.set(c, c.arg(i));
            found = !set.isEmpty();
            if (found) {
                Member member = SortedSetCommands.take(set, highest, 1).get(0);
                c.reply().array(3);
                c.reply().bulk(c.arg(i));
                c.reply().bulk(member.name());
                c.reply().number(member.score());
            }
        }
        Blocking.endArray(c, found);
    }
}
