package org.nr4j.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.command.table.CommandTable;

class CommandTableTest {
    private static final Path DOCS = Path.of("../../docs/server.md");
    private static final String BEGIN = "<!-- commands: CommandTableTest compares these tables with the server's -->";
    private static final String END = "<!-- end of commands -->";

    /** Containers only group their subcommands, and refuse to run without one. */
    @Test
    void eachCommand_hasOneBody() {
        Set<String> onConnections = CommandTable.instance().all().stream()
                .filter(command -> command.place() == Place.CONNECTION)
                .map(Command::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> bodies = new TreeSet<>(ConnectionCommands.names());
        bodies.removeAll(Set.of("WATCH", "UNWATCH")); // run on the store too
        assertThat(bodies).isEqualTo(onConnections);
    }

    @Test
    void docs_haveTheTable() throws IOException {
        String docs = Files.readString(DOCS);
        assertThat(docs).contains(BEGIN, END);
        String actual = docs.substring(docs.indexOf(BEGIN) + BEGIN.length(), docs.indexOf(END));
        assertThat(actual.strip())
                .as("the tables of %s must be these:%n%s", DOCS, tables())
                .isEqualTo(tables().strip());
    }

    /** Redis' commands that are left out must have a reason, and those with a reason must be left out. */
    @Test
    void docs_haveRedisCommandsThatAreLeftOut() throws IOException {
        StringBuilder table = new StringBuilder("| command | why |\n|---|---|\n");
        Map<String, List<String>> leftOut = new LinkedHashMap<>();
        int left = 0;
        List<String> all = redisCommands();
        for (String line : all) {
            String[] parts = line.split(" \\| ", -1);
            assertThat(CommandTable.instance().find(parts[0]) == null).as(line).isEqualTo(parts.length == 2);
            if (parts.length == 2) {
                leftOut.computeIfAbsent(parts[1], reason -> new ArrayList<>()).add(parts[0].replace('|', ' '));
                left++;
            }
        }
        leftOut.forEach((reason, names) -> table.append("| ")
                .append(String.join(", ", names))
                .append(" | ")
                .append(reason)
                .append(" |\n"));
        assertThat(Files.readString(DOCS))
                .contains(table)
                .contains((all.size() - left) + " of the " + all.size() + " commands of Redis 7.2");
    }

    private static List<String> redisCommands() throws IOException {
        try (InputStream in = CommandTableTest.class.getResourceAsStream("/org/nr4j/server/redis-commands.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static String tables() {
        Map<String, List<Command>> groups = new LinkedHashMap<>();
        CommandTable.instance()
                .all()
                .forEach(command -> groups.computeIfAbsent(command.group(), name -> new ArrayList<>())
                        .add(command));
        StringBuilder out = new StringBuilder();
        groups.forEach((group, commands) -> {
            out.append("\n### ").append(group).append("\n\n| command | arity | since | |\n|---|---|---|---|\n");
            for (Command command : commands) {
                out.append("| ").append(command.name().replace('|', ' ')).append(" | ");
                out.append(command.arity())
                        .append(" | ")
                        .append(command.since())
                        .append(" | ");
                out.append(command.summary()).append(" |\n");
            }
        });
        return out.toString();
    }
}
