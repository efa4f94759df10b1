package org.nr4j.server.command.generic;

import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;

/** Watches of keys. They are entries of the store, so a change and the end of the watches by it are one. */
public final class WatchCommands {
    private WatchCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("WATCH", WatchCommands::watch);
        binder.bind("UNWATCH", WatchCommands::unwatch);
    }

    private static void watch(CommandContext c) {
        for (int i = 1; i < c.count(); i++) {
            c.keys().watches().add(c.database(), c.arg(i), c.client());
        }
        c.reply().ok();
    }

    /** The connection has added its watches as arguments: databases and keys in turn. */
    private static void unwatch(CommandContext c) {
        for (int i = 1; i + 1 < c.count(); i += 2) {
            c.keys().watches().remove((int) c.integer(i), c.arg(i + 1), c.client());
        }
        c.reply().ok();
    }
}
