package org.nr4j.server.command.generic;

import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.ExpiryOptions;
import org.nr4j.server.command.ExpiryOptions.Form;
import org.nr4j.server.rdb.Payload;
import org.nr4j.server.rdb.RdbException;
import org.nr4j.server.rdb.RestoredValue;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.Type;

/** Values as strings in the format of Redis' database files. */
public final class DumpCommands {
    private static final int HIGHEST_FREQUENCY = 255;

    private boolean replaces;
    private boolean absolute;
    private boolean hasIdleTime;
    private boolean hasFrequency;

    private DumpCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("DUMP", DumpCommands::dump);
        binder.bind("RESTORE", c -> new DumpCommands().restore(c));
        binder.bind("RESTORE-ASKING", c -> new DumpCommands().restore(c));
    }

    private static CommandException error(RdbException e) {
        return new CommandException("ERR " + e.getMessage());
    }

    private static void dump(CommandContext c) {
        Type type = c.keys().type(c.database(), c.key());
        if (type == null) {
            c.reply().nullBulk();
            return;
        }
        c.reply().bulk(Payload.write(c.keys(), c.database(), c.key(), type));
    }

    private void restore(CommandContext c) {
        for (int i = 4; i < c.count(); i++) {
            i += option(c, i);
        }
        if (!replaces && c.keys().exists(c.database(), c.key())) {
            throw new CommandException("BUSYKEY Target key name already exists.");
        }
        long left = c.integer(2);
        if (left < 0) {
            throw new CommandException("ERR Invalid TTL value, must be >= 0");
        }
        RestoredValue value;
        try {
            value = Payload.read(c.arg(3));
        } catch (RdbException e) {
            throw error(e);
        }
        store(c, value, left);
        c.reply().ok();
    }

    /** Reads an option. Returns how many words it has behind its name. */
    private int option(CommandContext c, int i) {
        boolean hasValue = i + 1 < c.count();
        if (c.is(i, "REPLACE")) {
            replaces = true;
        } else if (c.is(i, "ABSTTL")) {
            absolute = true;
        } else if (c.is(i, "IDLETIME") && hasValue && !hasFrequency) {
            hasIdleTime = true;
            checked(c, i + 1, Long.MAX_VALUE, "ERR Invalid IDLETIME value, must be >= 0");
            return 1;
        } else if (c.is(i, "FREQ") && hasValue && !hasIdleTime) {
            hasFrequency = true;
            checked(c, i + 1, HIGHEST_FREQUENCY, "ERR Invalid FREQ value, must be >= 0 and <= 255");
            return 1;
        } else {
            throw CommandException.syntax();
        }
        return 0;
    }

    private static void checked(CommandContext c, int index, long highest, String error) {
        long value = c.integer(index);
        if (value < 0 || value > highest) {
            throw new CommandException(error);
        }
    }

    private void store(CommandContext c, RestoredValue value, long left) {
        boolean removed = c.keys().remove(c.database(), c.key());
        long instant = left == 0 ? Keyspace.NEVER : instant(c, left);
        if (left > 0 && instant <= c.now()) {
            if (removed) {
                c.event("del", c.key());
            }
            return;
        }
        value.store(c.keys(), c.database(), c.key());
        if (left > 0) {
            c.keys().changeExpiry(c.database(), c.key(), instant);
        }
        c.event("restore", c.key());
    }

    private long instant(CommandContext c, long left) {
        // An overflow would be an instant that has passed.
        Form form = absolute || left > Long.MAX_VALUE - c.now() ? Form.PXAT : Form.PX;
        return ExpiryOptions.instant(c, left, form);
    }
}
