package org.nr4j.server.command.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamGroup.Consumer;
import org.nr4j.server.type.stream.StreamGroup.Pending;
import org.nr4j.server.type.stream.StreamId;

/** The command XPENDING, and those that give pending entries to another consumer. */
public final class PendingCommands {
    /** How many pending entries the command looks at a time, if it is to skip those that are not idle. */
    private static final int PAGE = 1024;

    private PendingCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("XCLAIM", Claim::run);
        binder.bind("XAUTOCLAIM", AutoClaim::run);
        binder.bind("XPENDING", c -> {
            if (c.count() == 3) {
                summarize(c);
            } else if (c.count() >= 6 && c.count() <= 9) {
                list(c);
            } else {
                throw CommandException.syntax();
            }
        });
    }

    private static void summarize(CommandContext c) {
        StreamGroup group = StreamReplies.requireGroup(c);
        ReplyWriter reply = c.reply();
        reply.array(4);
        reply.integer(group.pendingCount());
        StreamId first = group.firstPending();
        if (first == null) {
            reply.nullBulk();
            reply.nullBulk();
            reply.nullArray();
            return;
        }
        StreamReplies.id(reply, first);
        StreamReplies.id(reply, Objects.requireNonNull(group.lastPending()));
        List<Consumer> consumers = group.consumers().stream()
                .filter(consumer -> group.pendingCount(consumer.name()) > 0)
                .toList();
        reply.array(consumers.size());
        for (Consumer consumer : consumers) {
            reply.array(2);
            reply.bulk(consumer.name());
            reply.bulk(Long.toString(group.pendingCount(consumer.name())));
        }
    }

    private static void list(CommandContext c) {
        long idle = 0;
        int at = 3;
        if (c.is(3, "IDLE")) {
            idle = c.integer(4);
            at = 5;
            if (c.count() < 8) {
                throw CommandException.syntax();
            }
        }
        long count = Math.max(0, c.integer(at + 2));
        StreamId from = StreamIds.rangeStart(c, at);
        StreamId to = StreamIds.rangeEnd(c, at + 1);
        byte[] consumer = at + 3 < c.count() ? c.arg(at + 3) : null;
        StreamGroup group = StreamReplies.requireGroup(c);
        List<Pending> found = find(c, group, consumer, from, to, count, idle);
        c.reply().array(found.size());
        for (Pending entry : found) {
            c.reply().array(4);
            StreamReplies.id(c.reply(), entry.id());
            c.reply().bulk(entry.consumer());
            c.reply().integer(Math.max(0, c.now() - entry.delivered()));
            c.reply().integer(entry.deliveries());
        }
    }

    /** Returns the pending entries of a range that have not been delivered for some milliseconds, in order. */
    private static List<Pending> find(
            CommandContext c,
            StreamGroup group,
            byte @Nullable [] consumer,
            StreamId from,
            StreamId to,
            long count,
            long idle) {
        List<Pending> found = new ArrayList<>();
        StreamId next = from;
        while (next != null && found.size() < count) {
            int limit = (int) Math.min(PAGE, count - found.size());
            List<Pending> page =
                    consumer == null ? group.pending(next, to, limit) : group.pendingOf(consumer, next, to, limit);
            for (Pending entry : page) {
                if (idle == 0 || c.now() - entry.delivered() >= idle) {
                    found.add(entry);
                }
            }
            next = page.size() < limit ? null : page.get(limit - 1).id().next();
        }
        return found;
    }
}
