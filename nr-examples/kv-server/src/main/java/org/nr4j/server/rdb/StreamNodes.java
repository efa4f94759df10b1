package org.nr4j.server.rdb;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamId;

/**
 * The entries of a stream in nodes. A node has the id of its first entry and a listpack: number of entries, number of
 * deleted ones, the fields of the first entry with their number before them and 0 behind them, and entries. An entry
 * has flags, the distances of its id from that of the node, its fields and values with their number before them, and
 * the number of these elements. An entry with the fields of the node has its values only.
 */
final class StreamNodes {
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;
    private static final int MOST_ENTRIES = 100;
    private static final int MOST_BYTES = 4_096;

    /** The elements of an entry besides fields and values: its flags and the two distances. */
    private static final int HEAD = 3;

    private StreamNodes() {}

    // ---- writing ----

    /** Writes the nodes, with their number before them. They are those of a stream to which Redis has only added. */
    static void write(RdbOutput out, List<StreamEntry> entries) {
        List<Node> nodes = new ArrayList<>();
        Node node = null;
        for (StreamEntry entry : entries) {
            if (node == null || !node.hasRoom(entry)) {
                node = new Node(entry);
                nodes.add(node);
            }
            node.add(entry);
        }
        out.length(nodes.size());
        nodes.forEach(each -> each.write(out));
    }

    private static final class Node {
        private final StreamId id;
        private final List<byte[]> fields;
        private final Listpack entries = new Listpack();
        private int count;

        Node(StreamEntry first) {
            id = first.id();
            fields = fieldsOf(first);
        }

        private Listpack head() {
            Listpack head = new Listpack();
            head.add(Numbers.bytes(count));
            head.add(Numbers.bytes(0));
            head.add(Numbers.bytes(fields.size()));
            fields.forEach(head::add);
            head.add(Numbers.bytes(0));
            return head;
        }

        boolean hasRoom(StreamEntry entry) {
            long added = entry.fields().stream().mapToLong(part -> part.length).sum();
            long length = (long) head().length() + entries.length() - Listpack.OVERHEAD;
            return count < MOST_ENTRIES && length + added < MOST_BYTES;
        }

        void add(StreamEntry entry) {
            boolean same = haveSame(fields, fieldsOf(entry));
            int pairs = entry.fields().size() / 2;
            entries.add(Numbers.bytes(same ? SAME_FIELDS : 0));
            entries.add(Numbers.bytes(entry.id().millis() - id.millis()));
            entries.add(Numbers.bytes(entry.id().sequence() - id.sequence()));
            if (!same) {
                entries.add(Numbers.bytes(pairs));
            }
            for (int i = same ? 1 : 0; i < entry.fields().size(); i += same ? 2 : 1) {
                entries.add(entry.fields().get(i));
            }
            entries.add(Numbers.bytes(HEAD + (same ? pairs : 2L * pairs + 1)));
            count++;
        }

        void write(RdbOutput out) {
            out.string(idBytes(id));
            Listpack all = head();
            all.addAll(entries);
            out.string(all.toByteArray());
        }
    }

    private static List<byte[]> fieldsOf(StreamEntry entry) {
        List<byte[]> fields = new ArrayList<>();
        for (int i = 0; i < entry.fields().size(); i += 2) {
            fields.add(entry.fields().get(i));
        }
        return fields;
    }

    private static boolean haveSame(List<byte[]> a, List<byte[]> b) {
        return Arrays.deepEquals(a.toArray(), b.toArray());
    }

    static byte[] idBytes(StreamId id) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.millis())
                .putLong(id.sequence())
                .array();
    }

    static StreamId id(byte[] bytes) {
        if (bytes.length != 2 * Long.BYTES) {
            throw RdbException.badData();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new StreamId(in.getLong(), in.getLong());
    }

    // ---- reading ----

    /** Reads all nodes. Returns the entries that are not deleted, whose ids ascend. */
    static List<StreamEntry> read(RdbInput in) {
        List<StreamEntry> entries = new ArrayList<>();
        for (long left = in.length(); left > 0; left--) {
            StreamId master = id(in.string());
            readNode(master, Listpack.read(in.string()).iterator(), entries);
        }
        StreamId last = StreamId.MIN;
        for (StreamEntry entry : entries) {
            require(entry.id().compareTo(last) > 0);
            last = entry.id();
        }
        return entries;
    }

    private static void readNode(StreamId master, Iterator<byte[]> in, List<StreamEntry> entries) {
        long count = number(in);
        long deleted = number(in);
        List<byte[]> fields = take(in, number(in));
        require(number(in) == 0);
        while (in.hasNext()) {
            long flags = number(in);
            StreamId id = new StreamId(master.millis() + number(in), master.sequence() + number(in));
            boolean same = (flags & SAME_FIELDS) != 0;
            long pairs = same ? fields.size() : number(in);
            require(pairs >= 0 && pairs <= Integer.MAX_VALUE / 4);
            List<byte[]> parts = same ? joined(fields, take(in, pairs)) : take(in, 2 * pairs);
            require(number(in) == HEAD + (same ? pairs : 2 * pairs + 1));
            if ((flags & DELETED) == 0) {
                entries.add(new StreamEntry(id, parts));
                count--;
            } else {
                deleted--;
            }
        }
        require(count == 0 && deleted == 0);
    }

    private static List<byte[]> joined(List<byte[]> fields, List<byte[]> values) {
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            parts.add(fields.get(i));
            parts.add(values.get(i));
        }
        return parts;
    }

    private static List<byte[]> take(Iterator<byte[]> in, long count) {
        List<byte[]> taken = new ArrayList<>();
        for (long left = count; left > 0; left--) {
            require(in.hasNext());
            taken.add(in.next());
        }
        return taken;
    }

    private static long number(Iterator<byte[]> in) {
        require(in.hasNext());
        byte[] text = in.next();
        require(Numbers.isLong(text));
        return Numbers.parseLong(text);
    }

    static void require(boolean valid) {
        if (!valid) {
            throw RdbException.badData();
        }
    }
}
