package org.nr4j.server.command.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamGroup;
import org.nr4j.server.type.stream.StreamId;

/** The command XGROUP on groups and consumers, and XACK. */
public final class GroupCommands {
    private GroupCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("XGROUP|CREATE", GroupCommands::create);
        binder.bind("XGROUP|SETID", GroupCommands::setId);
        binder.bind("XGROUP|DESTROY", GroupCommands::destroy);
        binder.bind("XGROUP|CREATECONSUMER", GroupCommands::createConsumer);
        binder.bind("XGROUP|DELCONSUMER", GroupCommands::deleteConsumer);
        binder.bind("XACK", GroupCommands::acknowledge);
    }

    /** The options of CREATE and SETID. */
    private record Options(boolean makesStream, long entriesRead) {
        static Options parse(CommandContext c, boolean ofCreate) {
            boolean makesStream = false;
            long read = StreamGroup.UNKNOWN;
            int i = 5;
            while (i < c.count()) {
                if (ofCreate && c.is(i, "MKSTREAM")) {
                    makesStream = true;
                    i++;
                } else if (c.is(i, "ENTRIESREAD") && i + 1 < c.count()) {
                    read = c.integer(i + 1);
                    if (read < 0 && read != StreamGroup.UNKNOWN) {
                        throw new CommandException("ERR value for ENTRIESREAD must be positive or -1");
                    }
                    i += 2;
                } else {
                    throw wrongSubcommand(c);
                }
            }
            return new Options(makesStream, read);
        }
    }

    static CommandException wrongSubcommand(CommandContext c) {
        String container = c.command().name().substring(0, c.command().name().indexOf('|'));
        return new CommandException("ERR unknown subcommand or wrong number of arguments for '" + c.text(1) + "'. Try "
                + container + " HELP.");
    }

    private static StreamData requireStream(CommandContext c) {
        StreamData stream = StreamReplies.stream(c, c.arg(2));
        if (!stream.exists()) {
            throw new CommandException("ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you "
                    + "may want to use the MKSTREAM option to create an empty stream automatically.");
        }
        return stream;
    }

    private static StreamGroup requireGroup(CommandContext c, StreamData stream) {
        StreamGroup group = stream.group(c.arg(3));
        if (group == null) {
            throw noSuchGroup(c);
        }
        return group;
    }

    /** Returns the error for a group that the stream of an existing key lacks. */
    static CommandException noSuchGroup(CommandContext c) {
        return new CommandException("NOGROUP No such consumer group '" + Ascii.upToNul(c.arg(3)) + "' for key name '"
                + Ascii.upToNul(c.arg(2)) + "'");
    }

    /** Returns the id at which a group begins: {@code $} is the end of the stream; null if the argument is no sign. */
    private static @Nullable StreamId end(CommandContext c, StreamData stream) {
        return Ascii.is(c.arg(4), "$") ? stream.lastId() : null;
    }

    // ---- groups ----

    private static void create(CommandContext c) {
        Options options = Options.parse(c, /* ofCreate= */ true);
        StreamData stream = options.makesStream ? StreamReplies.stream(c, c.arg(2)) : requireStream(c);
        if (c.count() > 8) {
            throw wrongSubcommand(c);
        }
        StreamId end = end(c, stream);
        StreamId id = end != null ? end : StreamIds.strict(c, 4);
        if (stream.group(c.arg(3)) != null) {
            throw new CommandException("BUSYGROUP Consumer Group name already exists");
        }
        new StreamGroup(stream, c.arg(3), id, options.entriesRead).save();
        if (!stream.exists()) {
            stream.save();
        }
        stream.event("xgroup-create");
        c.reply().ok();
    }

    private static void setId(CommandContext c) {
        Options options = Options.parse(c, /* ofCreate= */ false);
        StreamData stream = requireStream(c);
        StreamGroup group = requireGroup(c, stream);
        if (c.count() > 7) {
            throw wrongSubcommand(c);
        }
        StreamId end = end(c, stream);
        group.moveTo(end != null ? end : StreamIds.any(c, 4, 0), options.entriesRead);
        group.save();
        stream.event("xgroup-setid");
        c.reply().ok();
    }

    private static void destroy(CommandContext c) {
        StreamData stream = requireStream(c);
        boolean removed = stream.removeGroup(c.arg(3));
        if (removed) {
            stream.event("xgroup-destroy");
        }
        c.reply().integer(removed);
    }

    // ---- consumers ----

    private static void createConsumer(CommandContext c) {
        StreamGroup group = requireGroup(c, requireStream(c));
        boolean isNew = group.consumer(c.arg(4)) == null;
        if (isNew) {
            group.see(c.arg(4), c.now());
        }
        c.reply().integer(isNew);
    }

    private static void deleteConsumer(CommandContext c) {
        StreamGroup group = requireGroup(c, requireStream(c));
        c.reply().integer(group.removeConsumer(c.arg(4)));
    }

    private static void acknowledge(CommandContext c) {
        StreamGroup group = StreamReplies.group(c, c.key(), c.arg(2));
        if (group == null) {
            c.reply().integer(0);
            return;
        }
        List<StreamId> ids = StreamCommands.ids(c, 3);
        c.reply().integer(ids.stream().filter(group::acknowledge).count());
    }
}
