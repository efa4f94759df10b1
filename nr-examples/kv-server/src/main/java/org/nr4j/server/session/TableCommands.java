package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Globs;
import org.nr4j.server.command.table.Categories;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.command.table.KeySpec;
import org.nr4j.server.command.table.KeySpecs;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** The command COMMAND and the commands that only group others: they describe the table. */
final class TableCommands {
    private static final CommandTable TABLE = CommandTable.instance();

    /** Refuses a command that only groups others. */
    static final SessionBody WITHOUT_SUBCOMMAND = (session, args) -> {
        throw new CommandException(
                "ERR wrong number of arguments for '" + Ascii.text(args[0]).toLowerCase(Locale.ROOT) + "' command");
    };

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
        bodies.put("COMMAND|GETKEYSANDFLAGS", TableCommands::keysAndFlags);
        bodies.put("COMMAND|HELP", Help::run);
        bodies.put("OBJECT", WITHOUT_SUBCOMMAND);
        bodies.put("OBJECT|HELP", Help::run);
        for (String container : List.of("XGROUP", "XINFO")) {
            bodies.put(container, WITHOUT_SUBCOMMAND);
            bodies.put(container + "|HELP", Help::run);
        }
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
        if (KeySpecs.areMovable(command)) {
            flags.add("movablekeys");
        }
        out.set(flags.size());
        flags.forEach(out::simple);
        out.integer(command.firstKey());
        out.integer(command.lastKey());
        out.integer(command.keyStep());
        List<String> categories = Categories.of(command);
        out.set(categories.size());
        categories.forEach(category -> out.simple("@" + category));
        out.array(0);
        List<KeySpec> specs = KeySpecs.of(command);
        out.array(specs.size());
        specs.forEach(spec -> describe(out, spec));
        describeAll(out, TABLE.subcommandsOf(command));
    }

    private static void describe(ReplyWriter out, KeySpec spec) {
        out.map(3);
        out.bulk("flags");
        out.set(spec.flags().size());
        spec.flags().forEach(out::simple);
        out.bulk("begin_search");
        out.map(2);
        out.bulk("type");
        out.bulk(spec.begin().kind().name().toLowerCase(Locale.ROOT));
        out.bulk("spec");
        describe(out, spec.begin());
        out.bulk("find_keys");
        out.map(2);
        out.bulk("type");
        out.bulk(spec.find().kind().text());
        out.bulk("spec");
        describe(out, spec.find());
    }

    private static void describe(ReplyWriter out, KeySpec.Begin begin) {
        switch (begin.kind()) {
            case INDEX -> numbers(out, Map.of("index", begin.at()));
            case KEYWORD -> {
                out.map(2);
                out.bulk("keyword");
                out.bulk(begin.word());
                out.bulk("startfrom");
                out.integer(begin.at());
            }
            case UNKNOWN -> out.map(0);
        }
    }

    private static void describe(ReplyWriter out, KeySpec.Find find) {
        switch (find.kind()) {
            case RANGE -> numbers(out, ordered("lastkey", find.end(), "keystep", find.step(), "limit", find.extra()));
            case COUNTED ->
                numbers(out, ordered("keynumidx", find.end(), "firstkey", find.extra(), "keystep", find.step()));
            case UNKNOWN -> out.map(0);
        }
    }

    private static Map<String, Integer> ordered(String a, int x, String b, int y, String c, int z) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        numbers.put(a, x);
        numbers.put(b, y);
        numbers.put(c, z);
        return numbers;
    }

    private static void numbers(ReplyWriter out, Map<String, Integer> numbers) {
        out.map(numbers.size());
        numbers.forEach((name, number) -> {
            out.bulk(name);
            out.integer(number);
        });
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
            String category = Ascii.text(value).toLowerCase(Locale.ROOT);
            return command -> Categories.of(command).contains(category);
        }
        if (Ascii.is(kind, "MODULE")) {
            return command -> false;
        }
        throw new CommandException("ERR syntax error");
    }

    private static void keys(Session session, byte[][] args) {
        byte[][] request = Arrays.copyOfRange(args, 2, args.length);
        List<byte[]> keys = commandWithKeys(request).keysOf(request);
        requireKeys(keys);
        session.out().array(keys.size());
        keys.forEach(session.out()::bulk);
    }

    private static void keysAndFlags(Session session, byte[][] args) {
        byte[][] request = Arrays.copyOfRange(args, 2, args.length);
        List<KeySpecs.Key> keys = KeySpecs.keys(commandWithKeys(request), request);
        requireKeys(keys);
        session.out().array(keys.size());
        for (KeySpecs.Key key : keys) {
            session.out().array(2);
            session.out().bulk(key.name());
            session.out().set(key.flags().size());
            key.flags().forEach(session.out()::simple);
        }
    }

    private static void requireKeys(List<?> keys) {
        if (keys.isEmpty()) {
            throw new CommandException("ERR Invalid arguments specified for command");
        }
    }

    private static Command commandWithKeys(byte[][] request) {
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
        return command;
    }
}
