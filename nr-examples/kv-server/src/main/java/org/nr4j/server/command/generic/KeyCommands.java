package org.nr4j.server.command.generic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Globs;
import org.nr4j.server.command.Replies;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.Type;

/** Keys of any type, and databases. */
public final class KeyCommands {
    private static final byte[] FIRST = {};

    /** How many keys KEYS reads at a time. */
    private static final int PAGE = 1024;

    private KeyCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("DEL", KeyCommands::delete);
        binder.bind("UNLINK", KeyCommands::delete);
        binder.bind("EXISTS", KeyCommands::exists);
        binder.bind("TOUCH", KeyCommands::exists);
        binder.bind("TYPE", KeyCommands::type);
        binder.bind("RENAME", c -> rename(c, /* onlyIfAbsent= */ false));
        binder.bind("RENAMENX", c -> rename(c, /* onlyIfAbsent= */ true));
        binder.bind("COPY", KeyCommands::copy);
        binder.bind("MOVE", KeyCommands::move);
        binder.bind("KEYS", KeyCommands::keys);
        binder.bind("RANDOMKEY", KeyCommands::randomKey);
        binder.bind("DBSIZE", c -> c.reply().integer(c.keys().size(c.database())));
        binder.bind("FLUSHDB", c -> flush(c, /* all= */ false));
        binder.bind("FLUSHALL", c -> flush(c, /* all= */ true));
        binder.bind("SWAPDB", KeyCommands::swap);
        binder.bind("OBJECT|ENCODING", KeyCommands::encoding);
        binder.bind("OBJECT|REFCOUNT", c -> ofExisting(c, 1));
        binder.bind("OBJECT|IDLETIME", c -> ofExisting(c, 0));
        binder.bind("OBJECT|FREQ", KeyCommands::frequency);
    }

    private static void delete(CommandContext c) {
        long removed = 0;
        for (int i = 1; i < c.count(); i++) {
            if (c.keys().remove(c.database(), c.arg(i))) {
                removed++;
                c.event("del", c.arg(i));
            }
        }
        c.reply().integer(removed);
    }

    private static void exists(CommandContext c) {
        long found = 0;
        for (int i = 1; i < c.count(); i++) {
            found += c.keys().exists(c.database(), c.arg(i)) ? 1 : 0;
        }
        c.reply().integer(found);
    }

    private static void type(CommandContext c) {
        Type type = c.keys().type(c.database(), c.key());
        c.reply().simple(type == null ? "none" : type.text());
    }

    // ---- other names ----

    private static void requireKey(CommandContext c, byte[] key) {
        if (!c.keys().exists(c.database(), key)) {
            throw new CommandException(CommandException.NO_SUCH_KEY);
        }
    }

    private static void rename(CommandContext c, boolean onlyIfAbsent) {
        requireKey(c, c.key());
        boolean renames = !(onlyIfAbsent && c.keys().exists(c.database(), c.arg(2)));
        if (renames && !Arrays.equals(c.key(), c.arg(2))) {
            c.keys().move(c.database(), c.key(), c.database(), c.arg(2));
            c.event("rename_from", c.key());
            c.event("rename_to", c.arg(2));
        }
        if (onlyIfAbsent) {
            c.reply().integer(renames);
        } else {
            c.reply().ok();
        }
    }

    private static int database(CommandContext c, int index, String notAnInteger) {
        long database = c.integer(index, Integer.MIN_VALUE, Integer.MAX_VALUE, notAnInteger);
        if (database < 0 || database >= Keyspace.DATABASES) {
            throw new CommandException("ERR DB index is out of range");
        }
        return (int) database;
    }

    private static void copy(CommandContext c) {
        int to = c.database();
        boolean replace = false;
        for (int i = 3; i < c.count(); i++) {
            if (c.is(i, "REPLACE")) {
                replace = true;
            } else if (c.is(i, "DB") && i + 1 < c.count()) {
                to = database(c, ++i, CommandException.NOT_AN_INTEGER);
            } else {
                throw CommandException.syntax();
            }
        }
        if (to == c.database() && Arrays.equals(c.key(), c.arg(2))) {
            throw new CommandException("ERR source and destination objects are the same");
        }
        boolean copies =
                c.keys().exists(c.database(), c.key()) && (replace || !c.keys().exists(to, c.arg(2)));
        if (copies) {
            c.keys().copy(c.database(), c.key(), to, c.arg(2));
            c.keys().event("copy_to", to, c.arg(2));
        }
        c.reply().integer(copies);
    }

    private static void move(CommandContext c) {
        int to = database(c, 2, CommandException.NOT_AN_INTEGER);
        if (to == c.database()) {
            throw new CommandException("ERR source and destination objects are the same");
        }
        boolean moves = c.keys().exists(c.database(), c.key()) && !c.keys().exists(to, c.key());
        if (moves) {
            c.keys().move(c.database(), c.key(), to, c.key());
            c.event("move_from", c.key());
            c.keys().event("move_to", to, c.key());
        }
        c.reply().integer(moves);
    }

    // ---- databases ----

    private static void keys(CommandContext c) {
        List<byte[]> found = new ArrayList<>();
        byte[] from = FIRST;
        while (true) {
            List<Keyspace.TypedKey> page = c.keys().keys(c.database(), from, PAGE);
            for (Keyspace.TypedKey key : page) {
                if (Globs.matches(c.arg(1), key.key())) {
                    found.add(key.key());
                }
            }
            if (page.size() < PAGE) {
                break;
            }
            from = after(page.get(PAGE - 1).key());
        }
        Replies.array(c.reply(), found);
    }

    /** Returns the first key above a key. */
    private static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static void randomKey(CommandContext c) {
        long size = c.keys().size(c.database());
        if (size == 0) {
            c.reply().nullBulk();
        } else {
            c.reply().bulk(c.keys().keyAt(c.database(), c.random().nextLong(size)));
        }
    }

    private static void flush(CommandContext c, boolean all) {
        if (c.count() > 2 || (c.count() == 2 && !c.is(1, "ASYNC") && !c.is(1, "SYNC"))) {
            throw CommandException.syntax();
        }
        if (all) {
            c.keys().flushAll();
        } else {
            c.keys().flush(c.database());
        }
        c.reply().ok();
    }

    private static void swap(CommandContext c) {
        long first = c.integer(1, Integer.MIN_VALUE, Integer.MAX_VALUE, "ERR invalid first DB index");
        long second = c.integer(2, Integer.MIN_VALUE, Integer.MAX_VALUE, "ERR invalid second DB index");
        if (Math.min(first, second) < 0 || Math.max(first, second) >= Keyspace.DATABASES) {
            throw new CommandException("ERR DB index is out of range");
        }
        c.keys().swap((int) first, (int) second);
        c.reply().ok();
    }

    // ---- OBJECT ----

    private static void ofExisting(CommandContext c, long answer) {
        if (c.keys().exists(c.database(), c.arg(2))) {
            c.reply().integer(answer);
        } else {
            c.reply().nullBulk();
        }
    }

    private static void frequency(CommandContext c) {
        if (!c.keys().exists(c.database(), c.arg(2))) {
            c.reply().nullBulk();
            return;
        }
        throw new CommandException("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please "
                + "note that when switching between policies at runtime LRU and LFU data will take some time to "
                + "adjust.");
    }

    private static void encoding(CommandContext c) {
        Type type = c.keys().type(c.database(), c.arg(2));
        if (type == null) {
            c.reply().nullBulk();
        } else {
            c.reply().bulk(Ascii.bytes(Encodings.of(c.keys(), c.database(), c.arg(2), type)));
        }
    }
}
