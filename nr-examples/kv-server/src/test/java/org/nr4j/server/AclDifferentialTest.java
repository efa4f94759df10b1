package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.config.Settings;

/** What a redis-server and ours say of users and of commands. Skipped where redis-server is not installed. */
@Timeout(120)
class AclDifferentialTest {
    /** Two commands that have one more argument in Redis 7.2. */
    private static final Set<String> CHANGED = Set.of("ZRANK", "ZREVRANK");

    @TempDir
    private static Path directory;

    @Test
    void lines_haveTheRepliesOfRedis() throws Exception {
        try (RedisProcess redis = RedisProcess.start(directory);
                KeyValueServer ours = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
                RespClient theirs = new RespClient(redis.address());
                RespClient mine = new RespClient(ours.address())) {
            List<String> differences = new ArrayList<>();
            for (String line : lines()) {
                String expected = comparable(theirs.line(line), line);
                String actual = comparable(mine.line(line), line);
                if (!expected.equals(actual)) {
                    differences.add(line + "\n  expected " + expected + "\n  but was  " + actual);
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    private static List<String> lines() throws IOException {
        try (InputStream in = AclDifferentialTest.class.getResourceAsStream("acl-lines.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        }
    }

    /** The commands of a category have no order. */
    private static String comparable(String reply, String line) {
        return line.startsWith("ACL CAT ")
                ? reply.lines().sorted().collect(Collectors.joining("|"))
                : reply.replace("\r\n", "|");
    }

    @Test
    void commands_haveTheCategoriesAndKeysOfRedis() throws Exception {
        try (RedisProcess redis = RedisProcess.start(directory);
                KeyValueServer ours = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
                RespClient theirs = new RespClient(redis.address());
                RespClient mine = new RespClient(ours.address())) {
            int compared = 0;
            for (Command command : CommandTable.instance().all()) {
                List<?> expected = info(theirs, command);
                List<?> actual = info(mine, command);
                if (expected != null && !CHANGED.contains(command.name())) {
                    assertThat(compared(actual)).as(command.name()).isEqualTo(compared(expected));
                    compared++;
                }
            }
            assertThat(compared).isGreaterThan(200);
        }
    }

    private static List<?> info(RespClient client, Command command) throws IOException {
        return (List<?>) ((List<?>) client.call("COMMAND", "INFO", command.fullName())).get(0);
    }

    /** Arity, flags, places of keys, categories, and key specifications. */
    private static List<Object> compared(List<?> info) {
        return List.of(withoutNotes(info.subList(1, 7)), withoutNotes(info.get(8)));
    }

    /** Returns a reply without the notes of key specifications, and with sorted flags. */
    private static Object withoutNotes(Object value) {
        if (!(value instanceof List<?> list)) {
            return value;
        }
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if ("notes".equals(list.get(i))) {
                i++;
            } else {
                kept.add(withoutNotes(list.get(i)));
            }
        }
        boolean words = kept.stream().allMatch(word -> word instanceof String text && !text.equals("index"));
        if (words) {
            kept.sort(null);
        }
        return kept;
    }
}
