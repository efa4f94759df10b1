package org.nr4j.server.session;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Globs;
import org.nr4j.server.config.InvalidValueException;
import org.nr4j.server.config.Settings;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** The subcommands of CONFIG. */
final class ConfigCommands {
    private static final Logger LOGGER = System.getLogger(ConfigCommands.class.getName());

    private ConfigCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("CONFIG", (session, args) -> {
            throw new CommandException("ERR wrong number of arguments for 'config' command");
        });
        bodies.put("CONFIG|GET", ConfigCommands::get);
        bodies.put("CONFIG|SET", ConfigCommands::set);
        bodies.put("CONFIG|REWRITE", ConfigCommands::rewrite);
        bodies.put("CONFIG|RESETSTAT", (session, args) -> {
            session.server().stats().reset();
            session.server().meter().commands().clear();
            session.out().ok();
        });
        bodies.put("CONFIG|HELP", Help::run);
    }

    private static void get(Session session, byte[][] args) {
        Settings settings = session.server().settings();
        Map<String, String> found = new TreeMap<>();
        for (String name : settings.names()) {
            for (int i = 2; i < args.length; i++) {
                if (Globs.matchesIgnoringCase(args[i], Ascii.bytes(name))) {
                    found.put(name, settings.text(name));
                }
            }
        }
        session.out().map(found.size());
        found.forEach((name, value) -> {
            session.out().bulk(name);
            session.out().bulk(value);
        });
    }

    private static void set(Session session, byte[][] args) {
        if (args.length % 2 != 0) {
            throw new CommandException("ERR syntax error");
        }
        Settings settings = session.server().settings();
        try {
            Map<String, String> changes = changes(settings, args);
            settings.change(changes);
            session.server().changed(changes.keySet());
        } catch (InvalidValueException e) {
            throw new CommandException(
                    "ERR CONFIG SET failed (possibly related to argument '" + e.name() + "') - " + e.getMessage());
        }
        session.out().ok();
    }

    private static Map<String, String> changes(Settings settings, byte[][] args) {
        Map<String, String> changes = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i += 2) {
            String name = Ascii.text(args[i]).toLowerCase(Locale.ROOT);
            if (!settings.isKnown(name)) {
                throw new CommandException(
                        "ERR Unknown option or number of arguments for CONFIG SET - '" + Ascii.text(args[i]) + "'");
            }
            settings.requireChangeable(name);
            if (changes.put(name, Ascii.text(args[i + 1])) != null) {
                throw new InvalidValueException(name, "duplicate parameter");
            }
        }
        return changes;
    }

    private static void rewrite(Session session, byte[][] args) {
        try {
            session.server().settings().rewriteFile();
        } catch (IllegalStateException e) {
            throw new CommandException("ERR " + e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            LOGGER.log(Level.WARNING, "the file of parameters could not be rewritten", e);
            throw new CommandException("ERR Rewriting config file: " + e.getMessage());
        }
        session.out().ok();
    }
}
