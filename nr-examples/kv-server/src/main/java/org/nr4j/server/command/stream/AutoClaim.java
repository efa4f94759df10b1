package org.nr4j.server.command.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamGroup.Pending;
import org.nr4j.server.type.stream.StreamId;

/** The command XAUTOCLAIM: gives idle pending entries to another consumer. */
final class AutoClaim {
    private static final int DEFAULT_COUNT = 100;

    /** How many pending entries the command looks at for each that it may return. */
    private static final int LOOKS_FOR_EACH = 10;

    /** How many pending entries the command reads at a time at most. */
    private static final int PAGE = 1024;

    private final CommandContext c;
    private final StreamData stream;
    private final StreamGroup group;
    private final byte[] consumer;
    private final long minIdle;
    private final List<StreamId> claimed = new ArrayList<>();
    private final List<StreamId> deleted = new ArrayList<>();

    private AutoClaim(CommandContext c, long minIdle) {
        this.c = c;
        this.stream = StreamReplies.stream(c, c.key());
        this.group = StreamReplies.requireGroup(c);
        this.consumer = c.arg(3);
        this.minIdle = minIdle;
    }

    static void run(CommandContext c) {
        long minIdle = c.integer(4, "ERR Invalid min-idle-time argument for XAUTOCLAIM");
        StreamId from = StreamIds.rangeStart(c, 5);
        long count = DEFAULT_COUNT;
        boolean onlyIds = false;
        for (int i = 6; i < c.count(); i++) {
            if (c.is(i, "COUNT") && i + 1 < c.count()) {
                count = c.integer(++i, 1, Long.MAX_VALUE / 16, "ERR COUNT must be > 0");
            } else if (c.is(i, "JUSTID")) {
                onlyIds = true;
            } else {
                throw CommandException.syntax();
            }
        }
        AutoClaim claim = new AutoClaim(c, Math.max(0, minIdle));
        StreamId next = claim.claim(from, count, onlyIds);
        claim.reply(next, onlyIds);
    }

    /** Claims entries from an id on. Returns the id to go on from; the lowest if there is none. */
    private StreamId claim(StreamId from, long count, boolean onlyIds) {
        long looks = LOOKS_FOR_EACH * count;
        int limit = (int) Math.min(PAGE, looks + 1);
        StreamId next = from;
        while (true) {
            List<Pending> page = group.pending(next, StreamId.MAX, limit);
            for (Pending entry : page) {
                if (looks-- == 0 || claimed.size() + deleted.size() == count) {
                    return entry.id();
                }
                claim(entry, onlyIds);
            }
            StreamId after =
                    page.size() < limit ? null : page.get(limit - 1).id().next();
            if (after == null) {
                return StreamId.MIN;
            }
            next = after;
        }
    }

    private void claim(Pending entry, boolean onlyIds) {
        if (!stream.contains(entry.id())) {
            group.acknowledge(entry.id());
            deleted.add(entry.id());
        } else if (minIdle == 0 || c.now() - entry.delivered() >= minIdle) {
            group.put(new Pending(entry.id(), consumer, c.now(), entry.deliveries() + (onlyIds ? 0 : 1)));
            claimed.add(entry.id());
        }
    }

    private void reply(StreamId next, boolean onlyIds) {
        if (!claimed.isEmpty()) {
            group.activate(consumer, c.now());
        }
        c.reply().array(3);
        StreamReplies.id(c.reply(), next);
        reply(c, stream, claimed, onlyIds);
        c.reply().array(deleted.size());
        deleted.forEach(id -> StreamReplies.id(c.reply(), id));
    }

    /** Replies entries that exist, or their ids only. */
    static void reply(CommandContext c, StreamData stream, List<StreamId> ids, boolean onlyIds) {
        c.reply().array(ids.size());
        for (StreamId id : ids) {
            if (onlyIds) {
                StreamReplies.id(c.reply(), id);
            } else {
                StreamReplies.entry(c.reply(), Objects.requireNonNull(stream.entry(id)));
            }
        }
    }
}
