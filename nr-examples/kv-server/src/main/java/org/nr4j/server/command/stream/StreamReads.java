package org.nr4j.server.command.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.Blocking;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Replies;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamGroup.Pending;
import org.nr4j.server.type.stream.StreamId;

/** The commands XREAD and XREADGROUP, which can wait for entries. */
public final class StreamReads {
    private final CommandContext c;
    private final boolean ofGroup;
    private byte @Nullable [] groupName;
    private byte[] consumer = {};
    private long count;
    private boolean blocks;
    private boolean needsNoAck;

    /** The index of the first key; 0 until it is known. */
    private int keysAt;

    private int keys;

    private final List<Answer> answers = new ArrayList<>();

    /** What is read of a stream. */
    private record Answer(byte[] key, List<Read> entries) {}

    /** An entry that is read; null in place of one that was deleted. */
    private record Read(StreamId id, @Nullable StreamEntry entry) {}

    private StreamReads(CommandContext c, boolean ofGroup) {
        this.c = c;
        this.ofGroup = ofGroup;
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("XREAD", c -> new StreamReads(c, /* ofGroup= */ false).run());
        binder.bind("XREADGROUP", c -> new StreamReads(c, /* ofGroup= */ true).run());
    }

    private void run() {
        parseOptions();
        List<@Nullable StreamId> ids = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            ids.add(parseId(c.arg(keysAt + i), keysAt + keys + i));
        }
        for (int i = 0; i < keys; i++) {
            read(c.arg(keysAt + i), ids.get(i));
        }
        reply();
    }

    // ---- arguments ----

    private void parseOptions() {
        int i = 1;
        while (keysAt == 0) {
            if (i == c.count()) {
                throw CommandException.syntax();
            }
            i = option(i, c.count() - i - 1);
        }
        if (ofGroup && groupName == null) {
            throw new CommandException("ERR Missing GROUP option for XREADGROUP");
        }
    }

    /** Reads an option. Returns the index after it. */
    private int option(int index, int following) {
        if (c.is(index, "BLOCK") && following > 0) {
            Blocking.requireMillis(c, index + 1);
            blocks = true;
            return index + 2;
        }
        if (c.is(index, "COUNT") && following > 0) {
            count = c.integer(index + 1);
            return index + 2;
        }
        if (c.is(index, "STREAMS") && following > 0) {
            streams(index + 1, following);
            return index + 1;
        }
        if (c.is(index, "GROUP") && following > 1) {
            requireXreadgroup("GROUP");
            groupName = c.arg(index + 1);
            consumer = c.arg(index + 2);
            return index + 3;
        }
        if (c.is(index, "NOACK")) {
            requireXreadgroup("NOACK");
            needsNoAck = true;
            return index + 1;
        }
        throw CommandException.syntax();
    }

    private void streams(int index, int following) {
        if (following % 2 != 0) {
            throw new CommandException(
                    "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be " + "specified.");
        }
        keysAt = index;
        keys = following / 2;
    }

    private void requireXreadgroup(String option) {
        if (!ofGroup) {
            throw new CommandException(
                    "ERR The " + option + " option is only supported by XREADGROUP. You called XREAD instead.");
        }
    }

    /** Returns the id to read after; null for new entries of the group. */
    private @Nullable StreamId parseId(byte[] key, int index) {
        StreamData stream = StreamReplies.stream(c, key);
        if (groupName != null && stream.group(groupName) == null) {
            throw StreamReplies.noGroup(key, groupName, " in XREADGROUP with GROUP option");
        }
        String text = c.text(index);
        if (text.equals("$")) {
            return end(stream, index);
        }
        if (text.equals(">")) {
            if (!ofGroup) {
                throw new CommandException("ERR The > ID can be specified only when calling XREADGROUP using the "
                        + "GROUP <group> <consumer> option.");
            }
            return null;
        }
        StreamId id = StreamIds.strict(c, index);
        return ofGroup && id.equals(StreamId.MAX) ? null : id;
    }

    /** Returns the end of a stream at the first run. A client that waits gets all entries after it. */
    private StreamId end(StreamData stream, int index) {
        if (ofGroup) {
            throw new CommandException("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read "
                    + "the history of this consumer by specifying a proper ID, or use the > ID to get new messages. "
                    + "The $ ID would just return an empty result set.");
        }
        c.fix(index, Ascii.bytes(stream.lastId().toString()));
        return stream.lastId();
    }

    // ---- entries ----

    private void read(byte[] key, @Nullable StreamId id) {
        StreamData stream = StreamReplies.stream(c, key);
        if (groupName == null) {
            addIfSome(key, stream.after(Objects.requireNonNull(id), StreamReplies.limit(count)));
            return;
        }
        StreamGroup group = Objects.requireNonNull(stream.group(groupName));
        List<StreamEntry> entries = id == null ? stream.after(group.lastId(), StreamReplies.limit(count)) : List.of();
        if (id != null || !entries.isEmpty() || group.consumer(consumer) != null) {
            group.see(consumer, c.now());
        }
        if (id == null) {
            deliver(group, entries);
            addIfSome(key, entries);
        } else {
            answers.add(new Answer(key, deliverAgain(stream, group, id)));
        }
    }

    private void addIfSome(byte[] key, List<StreamEntry> entries) {
        if (!entries.isEmpty()) {
            List<Read> read =
                    entries.stream().map(entry -> new Read(entry.id(), entry)).toList();
            answers.add(new Answer(key, read));
        }
    }

    private void deliver(StreamGroup group, List<StreamEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        for (StreamEntry entry : entries) {
            group.advanceTo(entry.id());
            if (!needsNoAck) {
                group.put(new Pending(entry.id(), consumer, c.now(), 1));
            }
        }
        group.save();
        group.activate(consumer, c.now());
    }

    /** Delivers the pending entries of the consumer above an id. */
    private List<Read> deliverAgain(StreamData stream, StreamGroup group, StreamId id) {
        StreamId from = Objects.requireNonNull(id.next());
        List<Read> read = new ArrayList<>();
        for (Pending pending : group.pendingOf(consumer, from, StreamId.MAX, StreamReplies.limit(count))) {
            StreamEntry entry = stream.entry(pending.id());
            if (entry != null) {
                group.put(new Pending(pending.id(), consumer, c.now(), pending.deliveries() + 1));
            }
            read.add(new Read(pending.id(), entry));
        }
        return read;
    }

    // ---- reply ----

    private void reply() {
        if (answers.isEmpty()) {
            if (!blocks || !c.waits()) {
                c.reply().nullArray();
            }
            return;
        }
        boolean asMap = c.reply().isResp3();
        if (asMap) {
            c.reply().map(answers.size());
        } else {
            c.reply().array(answers.size());
        }
        for (Answer answer : answers) {
            if (!asMap) {
                c.reply().array(2);
            }
            c.reply().bulk(answer.key);
            c.reply().array(answer.entries.size());
            answer.entries.forEach(this::reply);
        }
    }

    private void reply(Read read) {
        c.reply().array(2);
        StreamReplies.id(c.reply(), read.id);
        if (read.entry == null) {
            c.reply().nullArray();
        } else {
            Replies.array(c.reply(), read.entry.fields());
        }
    }
}
