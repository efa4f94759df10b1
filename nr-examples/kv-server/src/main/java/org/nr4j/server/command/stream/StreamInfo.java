package org.nr4j.server.command.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamGroup.Consumer;
import org.nr4j.server.type.stream.StreamGroup.Pending;
import org.nr4j.server.type.stream.StreamId;

/** The command XINFO. */
public final class StreamInfo {
    private static final long DEFAULT_COUNT = 10;

    /** How many entries a node of Redis has at most. The store has no nodes, so their number is what it would be. */
    private static final long NODE_ENTRIES = 100;

    private final CommandContext c;
    private final ReplyWriter reply;
    private final StreamData stream;

    private StreamInfo(CommandContext c) {
        this.c = c;
        this.reply = c.reply();
        this.stream = StreamReplies.stream(c, c.arg(2));
        if (!stream.exists()) {
            throw new CommandException(CommandException.NO_SUCH_KEY);
        }
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("XINFO|STREAM", c -> new StreamInfo(c).describe());
        binder.bind("XINFO|GROUPS", c -> new StreamInfo(c).groups());
        binder.bind("XINFO|CONSUMERS", c -> new StreamInfo(c).consumers());
    }

    // ---- fields ----

    private void field(String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private void field(String name, StreamId id) {
        reply.bulk(name);
        StreamReplies.id(reply, id);
    }

    private void field(String name, byte[] value) {
        reply.bulk(name);
        reply.bulk(value);
    }

    private void fieldOrNull(String name, @Nullable Long value) {
        reply.bulk(name);
        if (value == null) {
            reply.nullBulk();
        } else {
            reply.integer(value);
        }
    }

    private void field(String name, @Nullable StreamEntry entry) {
        reply.bulk(name);
        if (entry == null) {
            reply.nullBulk();
        } else {
            StreamReplies.entry(reply, entry);
        }
    }

    // ---- STREAM ----

    private void describe() {
        if (c.count() == 3) {
            reply.map(10);
            describeEntries();
            field("groups", stream.groupCount());
            field("first-entry", stream.first());
            field("last-entry", stream.last());
        } else {
            int limit = StreamReplies.limit(count());
            reply.map(9);
            describeEntries();
            reply.bulk("entries");
            StreamReplies.entries(reply, stream.range(StreamId.MIN, StreamId.MAX, /* descending= */ false, limit));
            List<StreamGroup> groups = stream.groups();
            reply.bulk("groups");
            reply.array(groups.size());
            groups.forEach(group -> describeWhole(group, limit));
        }
    }

    /** Returns how many entries FULL shows; 0 for all. */
    private long count() {
        boolean counts = c.count() == 6 && c.is(4, "COUNT");
        if (!c.is(3, "FULL") || !(c.count() == 4 || counts)) {
            throw GroupCommands.wrongSubcommand(c);
        }
        long count = counts ? c.integer(5) : DEFAULT_COUNT;
        return count < 0 ? DEFAULT_COUNT : count;
    }

    private void describeEntries() {
        long nodes = (stream.size() + NODE_ENTRIES - 1) / NODE_ENTRIES;
        field("length", stream.size());
        field("radix-tree-keys", nodes);
        field("radix-tree-nodes", nodes + 1);
        field("last-generated-id", stream.lastId());
        field("max-deleted-entry-id", stream.maxDeletedId());
        field("entries-added", stream.entriesAdded());
        field("recorded-first-entry-id", stream.firstEntryId());
    }

    private void describeWhole(StreamGroup group, int limit) {
        reply.map(7);
        field("name", group.name());
        describePosition(group);
        field("pel-count", group.pendingCount());
        List<Pending> pending = group.pending(StreamId.MIN, StreamId.MAX, limit);
        reply.bulk("pending");
        reply.array(pending.size());
        for (Pending entry : pending) {
            reply.array(4);
            StreamReplies.id(reply, entry.id());
            reply.bulk(entry.consumer());
            reply.integer(entry.delivered());
            reply.integer(entry.deliveries());
        }
        List<Consumer> consumers = group.consumers();
        reply.bulk("consumers");
        reply.array(consumers.size());
        consumers.forEach(consumer -> describeWhole(group, consumer, limit));
    }

    private void describePosition(StreamGroup group) {
        field("last-delivered-id", group.lastId());
        fieldOrNull("entries-read", group.entriesRead() == StreamGroup.UNKNOWN ? null : (Long) group.entriesRead());
        fieldOrNull("lag", group.lag());
    }

    private void describeWhole(StreamGroup group, Consumer consumer, int limit) {
        reply.map(5);
        field("name", consumer.name());
        field("seen-time", consumer.seen());
        field("active-time", consumer.active());
        field("pel-count", group.pendingCount(consumer.name()));
        List<Pending> pending = group.pendingOf(consumer.name(), StreamId.MIN, StreamId.MAX, limit);
        reply.bulk("pending");
        reply.array(pending.size());
        for (Pending entry : pending) {
            reply.array(3);
            StreamReplies.id(reply, entry.id());
            reply.integer(entry.delivered());
            reply.integer(entry.deliveries());
        }
    }

    // ---- GROUPS and CONSUMERS ----

    private void groups() {
        List<StreamGroup> groups = stream.groups();
        reply.array(groups.size());
        for (StreamGroup group : groups) {
            reply.map(6);
            field("name", group.name());
            field("consumers", group.consumerCount());
            field("pending", group.pendingCount());
            describePosition(group);
        }
    }

    private void consumers() {
        StreamGroup group = stream.group(c.arg(3));
        if (group == null) {
            throw GroupCommands.noSuchGroup(c);
        }
        List<Consumer> consumers = group.consumers();
        reply.array(consumers.size());
        for (Consumer consumer : consumers) {
            boolean wasActive = consumer.active() != StreamGroup.NEVER;
            reply.map(4);
            field("name", consumer.name());
            field("pending", group.pendingCount(consumer.name()));
            field("idle", Math.max(0, c.now() - consumer.seen()));
            field("inactive", wasActive ? Math.max(0, c.now() - consumer.active()) : StreamGroup.NEVER);
        }
    }
}
