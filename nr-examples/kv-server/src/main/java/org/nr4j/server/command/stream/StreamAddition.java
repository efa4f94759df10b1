package org.nr4j.server.command.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamEntry;
import org.nr4j.server.type.stream.StreamId;

/** The command XADD. */
final class StreamAddition {
    private final CommandContext c;
    private final StreamTrimming trimming;
    private boolean onlyExisting;

    /** The id that the client has chosen. */
    private @Nullable StreamId id;

    /** The time that the client has chosen, if the server chooses the sequence. */
    private @Nullable Long time;

    private int fieldsAt;

    private StreamAddition(CommandContext c) {
        this.c = c;
        this.trimming = new StreamTrimming(c);
    }

    static void run(CommandContext c) {
        StreamAddition addition = new StreamAddition(c);
        addition.parse();
        addition.add();
    }

    private void parse() {
        int i = 2;
        while (i < c.count() && !c.is(i, "*")) {
            int next = trimming.option(i);
            if (next > 0) {
                i = next;
            } else if (c.is(i, "NOMKSTREAM")) {
                onlyExisting = true;
                i++;
            } else {
                parseId(i);
                break;
            }
        }
        trimming.check();
        trimming.checkLimit();
        fieldsAt = i + 1;
        int rest = c.count() - fieldsAt;
        if (rest < 2 || rest % 2 == 1) {
            throw c.wrongArity();
        }
        if (StreamId.MIN.equals(id)) {
            throw new CommandException("ERR The ID specified in XADD must be greater than 0-0");
        }
    }

    private void parseId(int index) {
        time = StreamIds.timeOfAutomatic(c.arg(index));
        if (time == null) {
            id = StreamIds.strict(c, index);
        }
    }

    private void add() {
        StreamData stream = StreamReplies.stream(c, c.key());
        if (onlyExisting && !stream.exists()) {
            c.reply().nullBulk();
            return;
        }
        if (stream.lastId().equals(StreamId.MAX)) {
            throw new CommandException("ERR The stream has exhausted the last possible ID, unable to add more items");
        }
        StreamId chosen = choose(stream.lastId());
        if (chosen == null || chosen.compareTo(stream.lastId()) <= 0) {
            throw new CommandException(
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item");
        }
        stream.add(new StreamEntry(chosen, fields()));
        long trimmed = trimming.trim(stream);
        stream.save("xadd");
        if (trimmed > 0) {
            stream.event("xtrim");
        }
        StreamReplies.id(c.reply(), chosen);
    }

    /** Returns the id of the new entry; null if the sequences of its time are exhausted. */
    private @Nullable StreamId choose(StreamId last) {
        if (id != null) {
            return id;
        }
        if (time != null) {
            StreamId lowest = new StreamId(time, 0);
            return last.millis() != time ? lowest : last.sequence() == -1 ? null : last.next();
        }
        StreamId now = new StreamId(c.now(), 0);
        return Long.compareUnsigned(c.now(), last.millis()) > 0 ? now : last.next();
    }

    private List<byte[]> fields() {
        byte[][] fields = new byte[c.count() - fieldsAt][];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = c.arg(fieldsAt + i);
        }
        return List.of(fields);
    }
}
