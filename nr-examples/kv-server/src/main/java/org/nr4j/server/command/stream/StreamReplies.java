package org.nr4j.server.command.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Replies;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamId;

/** Streams and groups that commands name, and replies that several commands have. */
final class StreamReplies {
    private StreamReplies() {}

    static StreamData stream(CommandContext c, byte[] key) {
        return new StreamData(c.keys(), c.database(), key);
    }

    /** Returns a group, or null if there is no such key or no such group. */
    static @Nullable StreamGroup group(CommandContext c, byte[] key, byte[] name) {
        return stream(c, key).group(name);
    }

    /** Returns the group that a command names behind its key. */
    static StreamGroup requireGroup(CommandContext c) {
        StreamGroup group = group(c, c.key(), c.arg(2));
        if (group == null) {
            throw noGroup(c.key(), c.arg(2), "");
        }
        return group;
    }

    static CommandException noGroup(byte[] key, byte[] group, String where) {
        return new CommandException("NOGROUP No such key '" + Ascii.upToNul(key) + "' or consumer group '"
                + Ascii.upToNul(group) + "'" + where);
    }

    static void id(ReplyWriter reply, StreamId id) {
        reply.bulk(id.toString());
    }

    static void entry(ReplyWriter reply, StreamEntry entry) {
        reply.array(2);
        id(reply, entry.id());
        Replies.array(reply, entry.fields());
    }

    static void entries(ReplyWriter reply, List<StreamEntry> entries) {
        reply.array(entries.size());
        entries.forEach(entry -> entry(reply, entry));
    }

    /** Returns the most elements of a reply that a count allows; 0 or less stands for all. */
    static int limit(long count) {
        return count <= 0 ? Integer.MAX_VALUE : (int) Math.min(count, Integer.MAX_VALUE);
    }
}
