package org.nr4j.server.command.script;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Globs;
import org.nr4j.server.command.Replies;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.rdb.LibraryPayload;
import org.nr4j.server.rdb.RdbException;
import org.nr4j.server.script.Flags;
import org.nr4j.server.script.Library;
import org.nr4j.server.script.Scripts;
import org.nr4j.server.type.FunctionData;
import org.nr4j.server.type.FunctionData.FunctionEntry;

/** Libraries of functions, which are in the store. */
public final class FunctionCommands {
    private static final String ENGINE = "LUA";

    private FunctionCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("FUNCTION|LOAD", FunctionCommands::load);
        binder.bind("FUNCTION|DELETE", FunctionCommands::delete);
        binder.bind("FUNCTION|FLUSH", FunctionCommands::flush);
        binder.bind(
                "FUNCTION|DUMP",
                c -> c.reply().bulk(LibraryPayload.write(c.keys().functions().libraries())));
        binder.bind("FUNCTION|RESTORE", FunctionCommands::restore);
        binder.bind("FUNCTION|LIST", FunctionCommands::list);
        binder.bind("FUNCTION|STATS", FunctionCommands::stats);
    }

    private static CommandException wrongSubcommandSyntax(CommandContext c) {
        return new CommandException(
                "ERR unknown subcommand or wrong number of arguments for '" + c.text(1) + "'. Try FUNCTION HELP.");
    }

    // ---- loading ----

    private static void load(CommandContext c) {
        boolean replace = false;
        for (int i = 2; i < c.count() - 1; i++) {
            if (!c.is(i, "REPLACE")) {
                throw new CommandException("ERR Unknown option given: " + c.text(i));
            }
            replace = true;
        }
        Library library = library(c.arg(c.count() - 1));
        FunctionData data = c.keys().functions();
        byte[] name = Ascii.bytes(library.name());
        if (!replace && data.library(name) != null) {
            throw new CommandException("ERR Library '" + library.name() + "' already exists");
        }
        loadFunctions(library);
        requireNoOther(data, library, replace ? name : null);
        put(data, library);
        c.reply().bulk(library.name());
    }

    private static Library library(byte[] code) {
        try {
            return Library.of(code);
        } catch (IllegalArgumentException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
    }

    private static void loadFunctions(Library library) {
        ScriptCommands.runOrRefuse(() -> {
            String problem = Scripts.load(library);
            if (problem != null) {
                throw new CommandException("ERR " + problem);
            }
            if (library.functions().isEmpty()) {
                throw new CommandException("ERR No functions registered");
            }
        });
    }

    /** Throws if a library other than the one to be replaced has a function of the same name. */
    private static void requireNoOther(FunctionData data, Library library, byte @Nullable [] replaced) {
        for (String name : library.functions().keySet()) {
            FunctionEntry other = data.function(Ascii.bytes(name));
            if (other != null && !Arrays.equals(other.library(), replaced)) {
                throw new CommandException("ERR Function " + name + " already exists");
            }
        }
    }

    private static void put(FunctionData data, Library library) {
        byte[] name = Ascii.bytes(library.name());
        data.remove(name);
        List<FunctionEntry> functions = new ArrayList<>();
        library.functions()
                .forEach((function, said) -> functions.add(
                        new FunctionEntry(Ascii.bytes(function), name, said.flags(), said.description())));
        data.put(name, library.code(), functions);
    }

    // ---- removing ----

    private static void delete(CommandContext c) {
        if (c.keys().functions().library(c.arg(2)) == null) {
            throw new CommandException("ERR Library not found");
        }
        c.keys().functions().remove(c.arg(2));
        c.reply().ok();
    }

    private static void flush(CommandContext c) {
        if (c.count() > 3) {
            throw wrongSubcommandSyntax(c);
        }
        if (c.count() == 3 && !c.is(2, "SYNC") && !c.is(2, "ASYNC")) {
            throw new CommandException("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
        }
        c.keys().functions().clear();
        c.reply().ok();
    }

    // ---- restoring ----

    private static void restore(CommandContext c) {
        if (c.count() > 4) {
            throw wrongSubcommandSyntax(c);
        }
        boolean flush = c.is(3, "FLUSH");
        boolean replace = c.is(3, "REPLACE");
        if (c.count() == 4 && !flush && !replace && !c.is(3, "APPEND")) {
            throw new CommandException(
                    "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
        }
        List<Library> libraries = new ArrayList<>();
        for (byte[] code : restored(c.arg(2))) {
            Library library = library(code);
            loadFunctions(library);
            libraries.add(library);
        }
        FunctionData data = c.keys().functions();
        for (Library library : libraries) {
            byte[] name = Ascii.bytes(library.name());
            if (!flush && !replace && data.library(name) != null) {
                throw new CommandException("ERR Library " + library.name() + " already exists");
            }
            if (!flush) {
                requireNoOther(data, library, replace ? name : null);
            }
        }
        if (flush) {
            data.clear();
        }
        libraries.forEach(library -> put(data, library));
        c.reply().ok();
    }

    private static List<byte[]> restored(byte[] payload) {
        try {
            return LibraryPayload.read(payload);
        } catch (RdbException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
    }

    // ---- looking ----

    private static void list(CommandContext c) {
        boolean withCode = false;
        byte[] pattern = null;
        for (int i = 2; i < c.count(); i++) {
            if (!withCode && c.is(i, "WITHCODE")) {
                withCode = true;
            } else if (pattern == null && c.is(i, "LIBRARYNAME")) {
                if (++i == c.count()) {
                    throw new CommandException("ERR library name argument was not given");
                }
                pattern = c.arg(i);
            } else {
                throw new CommandException("ERR Unknown argument " + c.text(i));
            }
        }
        byte[] wanted = pattern;
        List<Library> libraries = c.keys().functions().libraries().stream()
                .map(Library::of)
                .filter(library -> wanted == null || Globs.matchesIgnoringCase(wanted, Ascii.bytes(library.name())))
                .toList();
        List<FunctionEntry> functions = c.keys().functions().functions();
        c.reply().array(libraries.size());
        for (Library library : libraries) {
            describe(c, library, functions, withCode);
        }
    }

    private static void describe(CommandContext c, Library library, List<FunctionEntry> functions, boolean withCode) {
        byte[] name = Ascii.bytes(library.name());
        c.reply().map(withCode ? 4 : 3);
        c.reply().bulk("library_name");
        c.reply().bulk(name);
        c.reply().bulk("engine");
        c.reply().bulk(ENGINE);
        c.reply().bulk("functions");
        List<FunctionEntry> own = functions.stream()
                .filter(function -> Arrays.equals(function.library(), name))
                .toList();
        c.reply().array(own.size());
        for (FunctionEntry function : own) {
            c.reply().map(3);
            c.reply().bulk("name");
            c.reply().bulk(function.name());
            c.reply().bulk("description");
            Replies.bulkOrNull(c.reply(), function.description());
            c.reply().bulk("flags");
            List<String> flags = Flags.names(function.flags());
            c.reply().set(flags.size());
            flags.forEach(c.reply()::simple);
        }
        if (withCode) {
            c.reply().bulk("library_code");
            c.reply().bulk(library.code());
        }
    }

    private static void stats(CommandContext c) {
        c.reply().map(2);
        c.reply().bulk("running_script");
        c.reply().nullBulk();
        c.reply().bulk("engines");
        c.reply().map(1);
        c.reply().bulk(ENGINE);
        c.reply().map(2);
        c.reply().bulk("libraries_count");
        c.reply().integer(c.keys().functions().libraries().size());
        c.reply().bulk("functions_count");
        c.reply().integer(c.keys().functions().functions().size());
    }
}
