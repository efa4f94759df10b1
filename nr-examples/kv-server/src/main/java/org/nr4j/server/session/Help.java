package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.protocol.Ascii;

/** The subcommand HELP of all commands that have subcommands: the rows of the table. */
final class Help {
    private Help() {}

    static void run(Session session, byte[][] args) {
        CommandTable table = CommandTable.instance();
        Command container = Objects.requireNonNull(table.find(args[0]));
        String name = Ascii.text(args[0]).toUpperCase(Locale.ROOT);
        List<String> lines = new ArrayList<>();
        lines.add(name + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (Command command : table.subcommandsOf(container)) {
            lines.add(command.name().substring(name.length() + 1));
            lines.add("    " + command.summary());
        }
        session.out().array(lines.size());
        lines.forEach(session.out()::simple);
    }
}
