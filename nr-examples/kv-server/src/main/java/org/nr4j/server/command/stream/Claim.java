package org.nr4j.server.command.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamGroup.Pending;
import org.nr4j.server.type.stream.StreamId;

/** The command XCLAIM: gives pending entries to another consumer by their ids. */
final class Claim {
    private final CommandContext c;
    private final StreamData stream;
    private final StreamGroup group;
    private final List<StreamId> ids = new ArrayList<>();
    private long minIdle;
    private @Nullable Long delivered;
    private long deliveries = -1;
    private boolean forces;
    private boolean onlyIds;
    private StreamId lastId = StreamId.MIN;

    private Claim(CommandContext c) {
        this.c = c;
        this.stream = StreamReplies.stream(c, c.key());
        this.group = StreamReplies.requireGroup(c);
    }

    static void run(CommandContext c) {
        Claim claim = new Claim(c);
        claim.parse();
        claim.run();
    }

    // ---- arguments ----

    private void parse() {
        minIdle = Math.max(0, c.integer(4, invalid("min-idle-time")));
        int i = 5;
        while (i < c.count()) {
            StreamId id = StreamIds.parse(c.arg(i), 0);
            if (id == null) {
                break;
            }
            ids.add(id);
            i++;
        }
        while (i < c.count()) {
            i = option(i);
        }
    }

    private static String invalid(String argument) {
        return "ERR Invalid " + argument + " argument for XCLAIM";
    }

    /** Reads an option. Returns the index after it. */
    private int option(int index) {
        if (c.is(index, "FORCE")) {
            forces = true;
            return index + 1;
        }
        if (c.is(index, "JUSTID")) {
            onlyIds = true;
            return index + 1;
        }
        if (index + 1 < c.count()) {
            if (c.is(index, "IDLE")) {
                delivered = c.now() - c.integer(index + 1, invalid("IDLE option"));
                return index + 2;
            }
            if (c.is(index, "TIME")) {
                delivered = c.integer(index + 1, invalid("TIME option"));
                return index + 2;
            }
            if (c.is(index, "RETRYCOUNT")) {
                deliveries = c.integer(index + 1, invalid("RETRYCOUNT option"));
                return index + 2;
            }
            if (c.is(index, "LASTID")) {
                lastId = StreamIds.strict(c, index + 1);
                return index + 2;
            }
        }
        throw new CommandException("ERR Unrecognized XCLAIM option '" + Ascii.upToNul(c.arg(index)) + "'");
    }

    // ---- claiming ----

    private void run() {
        if (lastId.compareTo(group.lastId()) > 0) {
            group.moveTo(lastId, group.entriesRead());
            group.save();
        }
        List<StreamId> claimed = new ArrayList<>();
        for (StreamId id : ids) {
            if (claim(id)) {
                claimed.add(id);
            }
        }
        if (!claimed.isEmpty()) {
            group.activate(c.arg(3), c.now());
        }
        AutoClaim.reply(c, stream, claimed, onlyIds);
    }

    private boolean claim(StreamId id) {
        Pending before = group.pending(id);
        if (!stream.contains(id)) {
            group.acknowledge(id);
            return false;
        }
        boolean isIdle = before == null ? forces : minIdle == 0 || c.now() - before.delivered() >= minIdle;
        if (isIdle) {
            long count = deliveries >= 0 ? deliveries : (before == null ? 1 : before.deliveries()) + (onlyIds ? 0 : 1);
            group.put(new Pending(id, c.arg(3), deliveryTime(), count));
        }
        return isIdle;
    }

    /** Returns the time that the command says, if it is between 1970 and now. */
    private long deliveryTime() {
        return delivered != null && delivered >= 0 && delivered <= c.now() ? delivered : c.now();
    }
}
