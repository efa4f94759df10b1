package org.nr4j.server.session;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** The command INFO: sections of fields, as tools read them. */
final class InfoCommand {
    /** The sections that INFO without arguments leaves out. */
    private static final Set<String> NOT_BY_DEFAULT = Set.of("commandstats", "latencystats");

    private static final Set<String> ALL = Set.of("all", "everything");

    /** What fills each section, by the section's name. */
    private static final Map<String, Function<ServerState, Map<String, Object>>> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("Server", ServerSections::server);
        SECTIONS.put("Clients", ServerSections::clients);
        SECTIONS.put("Memory", StoreSections::memory);
        SECTIONS.put("Persistence", StoreSections::persistence);
        SECTIONS.put("Stats", ServerSections::stats);
        SECTIONS.put("Replication", ServerSections::replication);
        SECTIONS.put("CPU", ServerSections::cpu);
        SECTIONS.put("Modules", server -> Map.of());
        SECTIONS.put("Commandstats", ServerSections::commands);
        SECTIONS.put("Errorstats", ServerSections::errors);
        SECTIONS.put("Latencystats", server -> Map.of());
        SECTIONS.put("Cluster", MemberCommands::section);
        SECTIONS.put("Keyspace", StoreSections::keyspace);
    }

    private InfoCommand() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("INFO", InfoCommand::run);
    }

    private static void run(Session session, byte[][] args) {
        StringBuilder text = new StringBuilder();
        SECTIONS.forEach((name, fields) -> {
            if (isWanted(args, name.toLowerCase(Locale.ROOT))) {
                text.append(text.isEmpty() ? "# " : "\r\n# ").append(name).append("\r\n");
                fields.apply(session.server())
                        .forEach((field, value) ->
                                text.append(field).append(':').append(value).append("\r\n"));
            }
        });
        session.out().verbatim(text.toString());
    }

    private static boolean isWanted(byte[][] args, String name) {
        boolean wanted = args.length == 1 && !NOT_BY_DEFAULT.contains(name);
        for (int i = 1; i < args.length; i++) {
            String argument = Ascii.text(args[i]).toLowerCase(Locale.ROOT);
            wanted |= argument.equals(name)
                    || ALL.contains(argument)
                    || (argument.equals("default") && !NOT_BY_DEFAULT.contains(name));
        }
        return wanted;
    }
}
