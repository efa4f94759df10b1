package org.nr4j.server.rdb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamGroup.Consumer;
import org.nr4j.server.type.stream.StreamGroup.Pending;
import org.nr4j.server.type.stream.StreamId;

/**
 * Streams: nodes with the entries, counters, and groups with their pending entries and consumers. The first form lacks
 * counters that later versions of Redis have. Only the third has the time at which entries were last delivered to a
 * consumer.
 */
final class StreamFormat {
    private StreamFormat() {}

    // ---- writing: the second form, which Redis 7.0 and later read ----

    static void write(RdbOutput out, StreamData stream) {
        out.type(RdbType.STREAM_2);
        StreamNodes.write(out, stream.range(StreamId.MIN, StreamId.MAX, /* descending= */ false, Integer.MAX_VALUE));
        out.length(stream.size());
        putId(out, stream.lastId());
        putId(out, stream.firstEntryId());
        putId(out, stream.maxDeletedId());
        out.unsigned(stream.entriesAdded());
        List<StreamGroup> groups = stream.groups();
        out.length(groups.size());
        groups.forEach(group -> write(out, group));
    }

    private static void putId(RdbOutput out, StreamId id) {
        out.unsigned(id.millis());
        out.unsigned(id.sequence());
    }

    private static void write(RdbOutput out, StreamGroup group) {
        out.string(group.name());
        putId(out, group.lastId());
        out.unsigned(group.entriesRead());
        List<Pending> pending = group.pending(StreamId.MIN, StreamId.MAX, Integer.MAX_VALUE);
        out.length(pending.size());
        for (Pending each : pending) {
            out.raw(StreamNodes.idBytes(each.id()));
            out.integer(each.delivered(), Long.BYTES);
            out.length(each.deliveries());
        }
        List<Consumer> consumers = group.consumers();
        out.length(consumers.size());
        for (Consumer consumer : consumers) {
            out.string(consumer.name());
            out.integer(consumer.seen(), Long.BYTES);
            List<Pending> own = group.pendingOf(consumer.name(), StreamId.MIN, StreamId.MAX, Integer.MAX_VALUE);
            out.length(own.size());
            own.forEach(each -> out.raw(StreamNodes.idBytes(each.id())));
        }
    }

    // ---- reading ----

    private record Group(byte[] name, StreamId lastId, long read, List<Consumer> consumers, List<Pending> pending) {}

    static RestoredValue read(int code, RdbInput in) {
        List<StreamEntry> entries = StreamNodes.read(in);
        StreamNodes.require(in.length() == entries.size());
        StreamId lastId = id(in);
        StreamNodes.require(
                entries.isEmpty() || entries.get(entries.size() - 1).id().compareTo(lastId) <= 0);
        StreamId maxDeleted = StreamId.MIN;
        long added = entries.size();
        if (code != RdbType.STREAM_1) {
            id(in); // the first entry has it
            maxDeleted = id(in);
            added = in.unsignedLength();
        }
        List<Group> groups = new ArrayList<>();
        for (long left = in.length(); left > 0; left--) {
            groups.add(group(code, in));
        }
        requireDistinct(groups.stream().map(Group::name).toList());
        Counters counters = new Counters(lastId, maxDeleted, added);
        return (keyspace, database, key) -> store(keyspace, database, key, entries, counters, groups);
    }

    private static void requireDistinct(List<byte[]> names) {
        if (!names.isEmpty()) {
            SetFormat.requireDistinct(names, 1);
        }
    }

    private record Counters(StreamId lastId, StreamId maxDeleted, long added) {}

    private static StreamId id(RdbInput in) {
        return new StreamId(in.unsignedLength(), in.unsignedLength());
    }

    private static Group group(int code, RdbInput in) {
        byte[] name = in.string();
        StreamId lastId = id(in);
        long read = code == RdbType.STREAM_1 ? StreamGroup.UNKNOWN : in.unsignedLength();
        Map<StreamId, Pending> pending = new HashMap<>();
        for (long left = in.length(); left > 0; left--) {
            StreamId id = StreamNodes.id(in.raw(2 * Long.BYTES));
            pending.put(id, new Pending(id, new byte[0], in.unsigned(Long.BYTES), in.unsignedLength()));
        }
        List<Consumer> consumers = new ArrayList<>();
        List<Pending> owned = new ArrayList<>();
        for (long left = in.length(); left > 0; left--) {
            byte[] consumer = in.string();
            long seen = in.unsigned(Long.BYTES);
            long active = code == RdbType.STREAM_3 ? in.unsigned(Long.BYTES) : seen;
            consumers.add(new Consumer(consumer, seen, active));
            for (long ids = in.length(); ids > 0; ids--) {
                Pending each = pending.remove(StreamNodes.id(in.raw(2 * Long.BYTES)));
                if (each == null) {
                    throw RdbException.badData();
                }
                owned.add(new Pending(each.id(), consumer, each.delivered(), each.deliveries()));
            }
        }
        StreamNodes.require(pending.isEmpty());
        requireDistinct(consumers.stream().map(Consumer::name).toList());
        return new Group(name, lastId, read, consumers, owned);
    }

    private static void store(
            Keyspace keyspace,
            int database,
            byte[] key,
            List<StreamEntry> entries,
            Counters counters,
            List<Group> groups) {
        StreamData stream = new StreamData(keyspace, database, key);
        entries.forEach(stream::add);
        stream.lastId(counters.lastId);
        stream.maxDeletedId(counters.maxDeleted);
        stream.entriesAdded(counters.added);
        for (Group group : groups) {
            StreamGroup stored = new StreamGroup(stream, group.name, group.lastId, group.read);
            stored.save();
            group.consumers.forEach(stored::restore);
            group.pending.forEach(stored::put);
        }
        stream.save();
    }
}
