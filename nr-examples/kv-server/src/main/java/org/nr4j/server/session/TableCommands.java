package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Globs;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** The command COMMAND and the commands that only group others: they describe the table. */
final class TableCommands {
    private static final CommandTable TABLE = CommandTable.instance();

    private TableCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("COMMAND", (session, args) -> {
            if (args.length > 1) {
                throw new CommandException("ERR unknown subcommand '" + Ascii.text(args[1]) + "'. Try COMMAND HELP.");
            }
            describeAll(session.out(), TABLE.commands());
        });
        bodies.put(
                "COMMAND|COUNT",
                (session, args) -> session.out().integer(TABLE.commands().size()));
        bodies.put("COMMAND|INFO", TableCommands::info);
        bodies.put("COMMAND|DOCS", TableCommands::docs);
        bodies.put("COMMAND|LIST", TableCommands::list);
        bodies.put("COMMAND|GETKEYS", TableCommands::keys);
        bodies.put("COMMAND|HELP", Help::run);
        bodies.put("OBJECT", TableCommands::withoutSubcommand);
        bodies.put("OBJECT|HELP", Help::run);
        for (String container : List.of("XGROUP", "XINFO")) {
            bodies.put(container, TableCommands::withoutSubcommand);
            bodies.put(container + "|HELP", Help::run);
        }
    }

    private static void withoutSubcommand(Session session, byte[][] args) {
        throw new CommandException(
                "ERR wrong number of arguments for '" + Ascii.text(args[0]).toLowerCase(Locale.ROOT) + "' command");
    }

    // ---- INFO ----

    private static void info(Session session, byte[][] args) {
        if (args.length == 2) {
            describeAll(session.out(), TABLE.commands());
            return;
        }
        session.out().array(args.length - 2);
        for (int i = 2; i < args.length; i++) {
            Command command = named(args[i]);
            if (command == null) {
                session.out().nullArray();
            } else {
                describe(session.out(), command);
            }
        }
    }

    private static @Nullable Command named(byte[] name) {
        return TABLE.find(Ascii.text(name));
    }

    private static void describeAll(ReplyWriter out, List<Command> commands) {
        out.array(commands.size());
        commands.forEach(command -> describe(out, command));
    }

    private static void describe(ReplyWriter out, Command command) {
        out.array(10);
        out.bulk(command.fullName());
        out.integer(command.arity());
        List<String> flags = new ArrayList<>(command.publicFlags());
        if (command.hasMovableKeys()) {
            flags.add("movablekeys");
        }
        out.set(flags.size());
        flags.forEach(out::simple);
        out.integer(command.firstKey());
        out.integer(command.lastKey());
        out.integer(command.keyStep());
        out.set(1);
        out.simple("@" + command.group());
        out.set(0);
        out.array(0);
        describeAll(out, TABLE.subcommandsOf(command));
    }

    // ---- DOCS ----

    private static void docs(Session session, byte[][] args) {
        List<Command> commands = new ArrayList<>();
        for (int i = 2; i < args.length; i++) {
            Command command = named(args[i]);
            if (command != null) {
                commands.add(command);
            }
        }
        document(session.out(), args.length == 2 ? TABLE.commands() : commands);
    }

    private static void document(ReplyWriter out, List<Command> commands) {
        out.map(commands.size());
        for (Command command : commands) {
            List<Command> subcommands = TABLE.subcommandsOf(command);
            out.bulk(command.fullName());
            out.map(subcommands.isEmpty() ? 3 : 4);
            out.bulk("summary");
            out.bulk(command.summary());
            out.bulk("since");
            out.bulk(command.since());
            out.bulk("group");
            out.bulk(command.group());
            if (!subcommands.isEmpty()) {
                out.bulk("subcommands");
                document(out, subcommands);
            }
        }
    }

    // ---- LIST and GETKEYS ----

    private static void list(Session session, byte[][] args) {
        Predicate<Command> wanted = command -> true;
        if (args.length == 5 && Ascii.is(args[2], "FILTERBY")) {
            wanted = filter(args[3], args[4]);
        } else if (args.length != 2) {
            throw new CommandException("ERR syntax error");
        }
        List<String> names =
                TABLE.all().stream().filter(wanted).map(Command::fullName).toList();
        session.out().set(names.size());
        names.forEach(session.out()::bulk);
    }

    private static Predicate<Command> filter(byte[] kind, byte[] value) {
        if (Ascii.is(kind, "PATTERN")) {
            return command -> Globs.matchesIgnoringCase(value, Ascii.bytes(command.name()));
        }
        if (Ascii.is(kind, "ACLCAT")) {
            return command -> Ascii.is(value, command.group().toUpperCase(Locale.ROOT));
        }
        if (Ascii.is(kind, "MODULE")) {
            return command -> false;
        }
        throw new CommandException("ERR syntax error");
    }

    private static void keys(Session session, byte[][] args) {
        byte[][] request = Arrays.copyOfRange(args, 2, args.length);
        Command command;
        try {
            command = TABLE.lookUp(request);
        } catch (CommandException e) {
            throw new CommandException("ERR Invalid command specified");
        }
        if (command.firstKey() == 0 && !command.hasMovableKeys()) {
            throw new CommandException("ERR The command has no key arguments");
        }
        if (!command.accepts(request.length)) {
            throw new CommandException("ERR Invalid number of arguments specified for command");
        }
        List<byte[]> keys = command.keysOf(request);
        if (keys.isEmpty()) {
            throw new CommandException("ERR Invalid arguments specified for command");
        }
        session.out().array(keys.size());
        keys.forEach(session.out()::bulk);
    }
}
