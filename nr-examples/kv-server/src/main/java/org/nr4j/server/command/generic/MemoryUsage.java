package org.nr4j.server.command.generic;

import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.StoredBytes;

/** MEMORY USAGE: the bytes of a key in the store. */
public final class MemoryUsage {
    private static final int DEFAULT_SAMPLES = 5;

    private MemoryUsage() {}

    /** Binds the command. */
    public static void bind(Binder binder) {
        binder.bind("MEMORY|USAGE", MemoryUsage::run);
    }

    private static void run(CommandContext c) {
        int samples = DEFAULT_SAMPLES;
        for (int i = 3; i < c.count(); i += 2) {
            if (!c.is(i, "SAMPLES") || i + 1 == c.count()) {
                throw new CommandException("ERR syntax error");
            }
            long wanted = c.integer(i + 1);
            if (wanted < 0) {
                throw new CommandException("ERR syntax error");
            }
            samples = (int) Math.min(Integer.MAX_VALUE, wanted);
        }
        Long bytes = StoredBytes.of(c.keys(), c.database(), c.arg(2), samples);
        if (bytes == null) {
            c.reply().nullBulk();
        } else {
            c.reply().integer(bytes);
        }
    }
}
