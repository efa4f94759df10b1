package org.nr4j.server.command;

import java.util.List;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.ListData;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;

/** Commands that wait for an element. One that finds none replies nothing, if its caller lets it wait. */
final class BlockingCommands {
    private static final double MILLIS = 1_000;

    private BlockingCommands() {}

    static void bind(CommandTable.Binder binder) {
        binder.bind("BLPOP", c -> pop(c, /* left= */ true));
        binder.bind("BRPOP", c -> pop(c, /* left= */ false));
        binder.bind("BLMOVE", BlockingCommands::move);
        binder.bind("BRPOPLPUSH", BlockingCommands::popAndPush);
        binder.bind("BLMPOP", c -> {
            requireTimeout(c, 1);
            endArray(c, ListCommands.tryPopMany(c, 2));
        });
        binder.bind("BZMPOP", c -> {
            requireTimeout(c, 1);
            endArray(c, SortedSetCommands.tryPopMany(c, 2));
        });
        binder.bind("BZPOPMIN", c -> popMember(c, /* highest= */ false));
        binder.bind("BZPOPMAX", c -> popMember(c, /* highest= */ true));
    }

    // ---- timeouts ----

    private static void requireTimeout(CommandContext c, int index) {
        double seconds = c.number(index, "ERR timeout is not a float or out of range");
        if (seconds < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        if (seconds > Long.MAX_VALUE / MILLIS - c.now()) {
            throw new CommandException("ERR timeout is out of range");
        }
    }

    static long timeoutMillis(Command command, byte[][] request) {
        int index = command.name().endsWith("MPOP") ? 1 : request.length - 1;
        return (long) Math.ceil(Numbers.parseDouble(request[index]) * MILLIS);
    }

    private static void endArray(CommandContext c, boolean found) {
        if (!found && !c.waits()) {
            c.reply().nullArray();
        }
    }

    // ---- lists ----

    private static void pop(CommandContext c, boolean left) {
        requireTimeout(c, c.count() - 1);
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
        endArray(c, found);
    }

    private static void move(CommandContext c) {
        boolean fromLeft = ListCommands.isLeft(c, 3);
        boolean toLeft = ListCommands.isLeft(c, 4);
        requireTimeout(c, 5);
        endMove(c, ListCommands.tryMove(c, fromLeft, toLeft));
    }

    private static void popAndPush(CommandContext c) {
        requireTimeout(c, 3);
        endMove(c, ListCommands.tryMove(c, /* fromLeft= */ false, /* toLeft= */ true));
    }

    private static void endMove(CommandContext c, boolean found) {
        if (!found && !c.waits()) {
            c.reply().nullBulk();
        }
    }

    // ---- sorted sets ----

    private static void popMember(CommandContext c, boolean highest) {
        requireTimeout(c, c.count() - 1);
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
        endArray(c, found);
    }
}
