package org.nr4j.server.command.stream;

import java.util.ArrayList;
import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamId;

/** The commands on entries of a stream. */
public final class StreamCommands {
    private StreamCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("XADD", StreamAddition::run);
        binder.bind(
                "XLEN", c -> c.reply().integer(StreamReplies.stream(c, c.key()).size()));
        binder.bind("XRANGE", c -> range(c, /* descending= */ false));
        binder.bind("XREVRANGE", c -> range(c, /* descending= */ true));
        binder.bind("XDEL", StreamCommands::delete);
        binder.bind("XTRIM", StreamCommands::trim);
        binder.bind("XSETID", StreamCommands::setId);
    }

    private static void range(CommandContext c, boolean descending) {
        StreamId from = StreamIds.rangeStart(c, descending ? 3 : 2);
        StreamId to = StreamIds.rangeEnd(c, descending ? 2 : 3);
        long count = -1;
        for (int i = 4; i < c.count(); i += 2) {
            if (!c.is(i, "COUNT") || i + 1 == c.count()) {
                throw CommandException.syntax();
            }
            count = Math.max(0, c.integer(i + 1));
        }
        StreamData stream = StreamReplies.stream(c, c.key());
        if (!stream.exists()) {
            c.reply().array(0);
        } else if (count == 0) {
            c.reply().nullArray();
        } else {
            StreamReplies.entries(c.reply(), stream.range(from, to, descending, StreamReplies.limit(count)));
        }
    }

    private static void delete(CommandContext c) {
        StreamData stream = StreamReplies.stream(c, c.key());
        if (!stream.exists()) {
            c.reply().integer(0);
            return;
        }
        long deleted = 0;
        for (StreamId id : ids(c, 2)) {
            deleted += stream.delete(id) ? 1 : 0;
        }
        if (deleted > 0) {
            stream.save("xdel");
        }
        c.reply().integer(deleted);
    }

    /** Returns the ids of all arguments from one on. */
    static List<StreamId> ids(CommandContext c, int from) {
        List<StreamId> ids = new ArrayList<>();
        for (int i = from; i < c.count(); i++) {
            ids.add(StreamIds.strict(c, i));
        }
        return ids;
    }

    private static void trim(CommandContext c) {
        StreamTrimming trimming = new StreamTrimming(c);
        int i = 2;
        while (i < c.count()) {
            i = trimming.option(i);
            if (i < 0) {
                throw CommandException.syntax();
            }
        }
        trimming.check();
        if (!trimming.isGiven()) {
            throw StreamTrimming.syntax("XTRIM must be called with a trimming strategy");
        }
        trimming.checkLimit();
        StreamData stream = StreamReplies.stream(c, c.key());
        long removed = trimming.trim(stream);
        if (removed > 0) {
            stream.save("xtrim");
        }
        c.reply().integer(removed);
    }

    private static void setId(CommandContext c) {
        StreamId id = StreamIds.strict(c, 2);
        StreamId maxDeleted = StreamId.MIN;
        long added = -1;
        for (int i = 3; i < c.count(); i += 2) {
            if (c.is(i, "ENTRIESADDED") && i + 1 < c.count()) {
                added = c.integer(i + 1);
                if (added < 0) {
                    throw new CommandException("ERR entries_added must be positive");
                }
            } else if (c.is(i, "MAXDELETEDID") && i + 1 < c.count()) {
                maxDeleted = StreamIds.strict(c, i + 1);
                requireAtLeast(id, maxDeleted, "the provided max_deleted_entry_id");
            } else {
                throw CommandException.syntax();
            }
        }
        setId(c, id, maxDeleted, added);
    }

    private static void setId(CommandContext c, StreamId id, StreamId maxDeleted, long added) {
        StreamData stream = StreamReplies.stream(c, c.key());
        if (!stream.exists()) {
            throw new CommandException(CommandException.NO_SUCH_KEY);
        }
        requireAtLeast(id, stream.lastEntryId(), "the target stream top item");
        if (added != -1 && added < stream.size()) {
            throw new CommandException(
                    "ERR The entries_added specified in XSETID is smaller than the target stream length");
        }
        stream.lastId(id);
        if (added != -1) {
            stream.entriesAdded(added);
        }
        if (!maxDeleted.isZero()) {
            stream.maxDeletedId(maxDeleted);
        }
        stream.save("xsetid");
        c.reply().ok();
    }

    private static void requireAtLeast(StreamId id, StreamId bound, String what) {
        if (id.compareTo(bound) < 0) {
            throw new CommandException("ERR The ID specified in XSETID is smaller than " + what);
        }
    }
}
