package org.nr4j.server.command.script;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.script.Library;
import org.nr4j.server.script.Script;
import org.nr4j.server.script.ScriptRun;
import org.nr4j.server.script.Scripts;
import org.nr4j.server.type.FunctionData.FunctionEntry;

/** Runs scripts and functions. The connection puts the text of a script in place of its SHA-1. */
public final class ScriptCommands {
    private static final int SHA1_LENGTH = 40;
    private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

    private final Function<byte[][], Command> table;

    private ScriptCommands(Function<byte[][], Command> table) {
        this.table = table;
    }

    /**
     * Binds the commands.
     *
     * @param table returns the command of a request; throws if there is none
     */
    public static void bind(Binder binder, Function<byte[][], Command> table) {
        ScriptCommands commands = new ScriptCommands(table);
        binder.bind("EVAL", c -> commands.evaluate(c, /* readOnly= */ false));
        binder.bind("EVAL_RO", c -> commands.evaluate(c, /* readOnly= */ true));
        binder.bind("EVALSHA", ScriptCommands::refuseUnknown);
        binder.bind("EVALSHA_RO", ScriptCommands::refuseUnknown);
        binder.bind("FCALL", c -> commands.callFunction(c, /* readOnly= */ false));
        binder.bind("FCALL_RO", c -> commands.callFunction(c, /* readOnly= */ true));
    }

    private static void refuseUnknown(CommandContext c) {
        if (c.arg(1).length == SHA1_LENGTH) {
            keyCount(c, CommandException.NOT_AN_INTEGER);
        }
        throw new CommandException(NO_SCRIPT);
    }

    private static int keyCount(CommandContext c, String error) {
        long count = c.integer(2, error);
        if (count > c.count() - 3) {
            throw new CommandException("ERR Number of keys can't be greater than number of args");
        }
        if (count < 0) {
            throw new CommandException("ERR Number of keys can't be negative");
        }
        return (int) count;
    }

    private static List<byte[]> arguments(CommandContext c, int from, int to) {
        List<byte[]> arguments = new ArrayList<>();
        for (int i = from; i < to; i++) {
            arguments.add(c.arg(i));
        }
        return arguments;
    }

    private ScriptRun run(CommandContext c, Supplier<String> name, int keys, boolean readOnly) {
        return new ScriptRun(
                name,
                arguments(c, 3, 3 + keys),
                arguments(c, 3 + keys, c.count()),
                new ScriptCaller(c, table, readOnly),
                c.random(),
                c.reply());
    }

    private static void requireWrites(boolean readOnly, boolean hasNoWrites) {
        if (readOnly && !hasNoWrites) {
            throw new CommandException("ERR Can not execute a script with write flag using *_ro command.");
        }
    }

    private void evaluate(CommandContext c, boolean readOnly) {
        int keys = keyCount(c, CommandException.NOT_AN_INTEGER);
        Script script = script(c.arg(1));
        if (script.declaresFlags()) {
            requireWrites(readOnly, script.hasNoWrites());
        }
        boolean refusesWrites = readOnly || script.hasNoWrites();
        runOrRefuse(() -> Scripts.run(script, run(c, script::sha1, keys, refusesWrites)));
    }

    /** Reads the first line of a script. */
    private static Script script(byte[] text) {
        try {
            return Script.of(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
    }

    static void runOrRefuse(Runnable run) {
        try {
            run.run();
        } catch (Scripts.UnavailableException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
    }

    private void callFunction(CommandContext c, boolean readOnly) {
        FunctionEntry function = c.keys().functions().function(c.arg(1));
        if (function == null) {
            throw new CommandException("ERR Function not found");
        }
        if (!Numbers.isLong(c.arg(2))) {
            throw new CommandException("ERR Bad number of keys provided");
        }
        int keys = keyCount(c, CommandException.NOT_AN_INTEGER);
        byte[] code = c.keys().functions().library(function.library());
        if (code == null) {
            throw new IllegalStateException("a function must have its library: function=" + Ascii.text(function.name())
                    + "; restore the libraries");
        }
        boolean hasNoWrites = new Library.Function(function.flags(), null).hasNoWrites();
        requireWrites(readOnly, hasNoWrites);
        ScriptRun run = run(c, () -> Ascii.text(function.name()), keys, readOnly || hasNoWrites);
        runOrRefuse(() -> Scripts.run(Library.of(code), run));
    }
}
