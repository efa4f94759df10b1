package org.nr4j.server.command.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Body;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.KeyPositions;
import org.nr4j.server.command.generic.DumpCommands;
import org.nr4j.server.command.generic.ExpiryCommands;
import org.nr4j.server.command.generic.KeyCommands;
import org.nr4j.server.command.generic.MemoryUsage;
import org.nr4j.server.command.generic.ScanCommands;
import org.nr4j.server.command.generic.Sort;
import org.nr4j.server.command.generic.WatchCommands;
import org.nr4j.server.command.geo.GeoCommands;
import org.nr4j.server.command.hash.FieldExpiryCommands;
import org.nr4j.server.command.hash.HashCommands;
import org.nr4j.server.command.hyperloglog.HyperLogLogCommands;
import org.nr4j.server.command.list.BlockingListCommands;
import org.nr4j.server.command.list.ListCommands;
import org.nr4j.server.command.nr4j.ApplyCommand;
import org.nr4j.server.command.nr4j.EntriesCommand;
import org.nr4j.server.command.nr4j.OrderCommands;
import org.nr4j.server.command.script.FunctionCommands;
import org.nr4j.server.command.script.ScriptCommands;
import org.nr4j.server.command.set.SetCommands;
import org.nr4j.server.command.sortedset.BlockingSortedSetCommands;
import org.nr4j.server.command.sortedset.SortedSetAlgebra;
import org.nr4j.server.command.sortedset.SortedSetCommands;
import org.nr4j.server.command.sortedset.SortedSetRange;
import org.nr4j.server.command.stream.GroupCommands;
import org.nr4j.server.command.stream.PendingCommands;
import org.nr4j.server.command.stream.StreamCommands;
import org.nr4j.server.command.stream.StreamInfo;
import org.nr4j.server.command.stream.StreamReads;
import org.nr4j.server.command.string.BitCommands;
import org.nr4j.server.command.string.LongestCommonSubsequence;
import org.nr4j.server.command.string.StringCommands;
import org.nr4j.server.protocol.Ascii;

/** All commands. The rows are in the resource {@code commands.txt}; this class joins them with what commands do. */
public final class CommandTable {
    private static final String RESOURCE = "commands.txt";
    private static final int COLUMNS = 7;
    private static final CommandTable INSTANCE = new CommandTable();

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final Map<Name, Command> byName = new HashMap<>();
    private final Map<String, Body> unused = new HashMap<>();

    private CommandTable() {
        bindAll(this::bind, this::lookUp);
        rows(RESOURCE).forEach(this::add);
        if (!unused.isEmpty()) {
            throw new IllegalStateException("each command must have a row in the table: resource=" + RESOURCE
                    + " missing=" + unused.keySet() + "; add the rows");
        }
    }

    private static void bindAll(Binder binder, Function<byte[][], Command> table) {
        StringCommands.bind(binder);
        KeyCommands.bind(binder);
        ExpiryCommands.bind(binder);
        DumpCommands.bind(binder);
        HashCommands.bind(binder);
        FieldExpiryCommands.bind(binder);
        ListCommands.bind(binder);
        SetCommands.bind(binder);
        SortedSetCommands.bind(binder);
        SortedSetRange.bind(binder);
        SortedSetAlgebra.bind(binder);
        StreamCommands.bind(binder);
        StreamReads.bind(binder);
        GroupCommands.bind(binder);
        PendingCommands.bind(binder);
        StreamInfo.bind(binder);
        GeoCommands.bind(binder);
        HyperLogLogCommands.bind(binder);
        BlockingListCommands.bind(binder);
        BlockingSortedSetCommands.bind(binder);
        BitCommands.bind(binder);
        ScanCommands.bind(binder);
        Sort.bind(binder);
        LongestCommonSubsequence.bind(binder);
        WatchCommands.bind(binder);
        ApplyCommand.bind(binder);
        EntriesCommand.bind(binder);
        OrderCommands.bind(binder);
        MemoryUsage.bind(binder);
        ScriptCommands.bind(binder, table);
        FunctionCommands.bind(binder);
    }

    private void bind(String name, Body body) {
        if (unused.put(name, body) != null) {
            throw new IllegalStateException("a command must have one body: name=" + name + "; bind it once");
        }
    }

    // ---- rows ----

    /** Returns the lines of a resource that are neither blank nor comments. */
    static List<String> rows(String resource) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(CommandTable.class.getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return in.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String row) {
        String[] columns = row.split(" *\\| +", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalStateException(
                    "a row must have " + COLUMNS + " columns: resource=" + RESOURCE + " row=" + row + "; correct it");
        }
        Set<String> flags = new LinkedHashSet<>(List.of(columns[2].split(" ")));
        flags.remove("-");
        String name = columns[0];
        Command command = new Command(
                name,
                Integer.parseInt(columns[1]),
                flags,
                KeyPositions.parse(columns[3]),
                columns[4],
                columns[5],
                columns[6],
                unused.remove(name));
        commands.put(name, command);
        byName.put(new Name(Ascii.bytes(name)), command);
    }

    /** A name, whatever its case, as the key of a map. */
    private record Name(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            if (!(other instanceof Name that) || that.bytes.length != bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (Ascii.upper(bytes[i]) != Ascii.upper(that.bytes[i])) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int hashCode() {
            int hash = 0;
            for (byte b : bytes) {
                hash = 31 * hash + Ascii.upper(b);
            }
            return hash;
        }
    }

    // ---- access ----

    /** Returns the table. */
    public static CommandTable instance() {
        return INSTANCE;
    }

    /** Returns all commands and subcommands. */
    public Collection<Command> all() {
        return commands.values();
    }

    /** Returns the commands without subcommands. */
    public List<Command> commands() {
        return commands.values().stream()
                .filter(command -> !isSubcommand(command))
                .toList();
    }

    /** Returns the subcommands of a command. */
    public List<Command> subcommandsOf(Command container) {
        return commands.values().stream()
                .filter(command -> command.name().startsWith(container.name() + "|"))
                .toList();
    }

    private static boolean isSubcommand(Command command) {
        return command.name().indexOf('|') >= 0;
    }

    /** Returns the command of a name, whatever its case; null if there is none. Finds no subcommands. */
    public @Nullable Command find(byte[] name) {
        Command found = byName.get(new Name(name));
        return found == null || isSubcommand(found) ? null : found;
    }

    /** Returns the command of a name with a bar before the subcommand, whatever its case; null if there is none. */
    public @Nullable Command find(String name) {
        return commands.get(name.toUpperCase(Locale.ROOT));
    }

    /**
     * Returns the command or the subcommand that a request names.
     *
     * @throws CommandException if there is none, or if the number of arguments is wrong
     */
    public Command resolve(byte[][] request) {
        Command command = lookUp(request);
        if (!command.accepts(request.length)) {
            throw new CommandException(command.arityError());
        }
        return command;
    }

    /**
     * Returns the command or the subcommand that a request names, whatever the number of its arguments.
     *
     * @throws CommandException if there is none
     */
    public Command lookUp(byte[][] request) {
        Command command = find(request[0]);
        if (command == null) {
            throw new CommandException(unknown(request));
        }
        return command.is("container") && request.length > 1 ? subcommand(command, request) : command;
    }

    private Command subcommand(Command container, byte[][] request) {
        Command found =
                commands.get(container.name() + "|" + Ascii.text(request[1]).toUpperCase(Locale.ROOT));
        if (found != null) {
            return found;
        }
        if (container.is("bare")) {
            return container;
        }
        throw new CommandException("ERR unknown subcommand '" + shortened(Ascii.text(request[1])) + "'. Try "
                + container.name() + " HELP.");
    }

    private static final int SHOWN = 128;

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN);
    }

    private static String unknown(byte[][] request) {
        StringBuilder arguments = new StringBuilder();
        for (int i = 1; i < request.length && arguments.length() < SHOWN; i++) {
            String text = Ascii.upToNul(request[i]);
            int room = SHOWN - arguments.length();
            arguments
                    .append('\'')
                    .append(text, 0, Math.min(room, text.length()))
                    .append("' ");
        }
        return "ERR unknown command '" + shortened(Ascii.upToNul(request[0])) + "', with args beginning with: "
                + arguments;
    }
}
