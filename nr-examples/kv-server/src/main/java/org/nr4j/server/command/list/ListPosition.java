package org.nr4j.server.command.list;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.ListData;

/** The command LPOS. */
public final class ListPosition {
    private static final int PAGE = 256;

    private long rank = 1;
    private long most = Long.MAX_VALUE;
    private @Nullable Long count;

    private ListPosition() {}

    public static void run(CommandContext c) {
        ListPosition options = new ListPosition();
        options.parse(c);
        List<Long> found = options.search(ListCommands.list(c), c.arg(2));
        if (options.count == null) {
            if (found.isEmpty()) {
                c.reply().nullBulk();
            } else {
                c.reply().integer(found.get(0));
            }
            return;
        }
        c.reply().array(found.size());
        found.forEach(index -> c.reply().integer(index));
    }

    private void parse(CommandContext c) {
        for (int i = 3; i < c.count(); i += 2) {
            if (i + 1 == c.count()) {
                throw CommandException.syntax();
            }
            if (c.is(i, "RANK")) {
                rank = c.integer(i + 1);
                requireRank();
            } else if (c.is(i, "COUNT")) {
                count = c.integer(i + 1, 0, Long.MAX_VALUE, "ERR COUNT can't be negative");
            } else if (c.is(i, "MAXLEN")) {
                most = c.integer(i + 1, 0, Long.MAX_VALUE, "ERR MAXLEN can't be negative");
                most = most == 0 ? Long.MAX_VALUE : most;
            } else {
                throw CommandException.syntax();
            }
        }
    }

    private void requireRank() {
        if (rank == Long.MIN_VALUE) {
            throw new CommandException(
                    "ERR value is out of range, value must between " + -Long.MAX_VALUE + " and " + Long.MAX_VALUE);
        }
        if (rank == 0) {
            throw new CommandException("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second "
                    + "... or use negative to start from the end of the list");
        }
    }

    /** Walks page by page from the end that the rank names, and collects the matches from the rank on. */
    private List<Long> search(ListData list, byte[] wanted) {
        List<Long> found = new ArrayList<>();
        boolean descending = rank < 0;
        long wantedCount = count == null ? 1 : count == 0 ? Long.MAX_VALUE : count;
        long toSkip = Math.abs(rank) - 1;
        long end = Math.min(most, list.size());
        for (long walked = 0; walked < end; walked += PAGE) {
            long index = descending ? list.size() - walked : walked;
            for (byte[] value : list.walk(index, descending, (int) Math.min(PAGE, end - walked))) {
                index -= descending ? 1 : 0;
                if (Arrays.equals(value, wanted) && --toSkip < 0) {
                    found.add(index);
                    if (found.size() == wantedCount) {
                        return found;
                    }
                }
                index += descending ? 0 : 1;
            }
        }
        return found;
    }
}
