package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.config.Settings;
import org.nr4j.server.protocol.InlineParser;

/**
 * The cases of resp-compatibility (MIT licence, beside the cases) for Redis 7.2.0, standalone. A case is left out if it
 * needs a command that the table lacks.
 */
class CompatibilityTest {
    /** The cases that count for 7.2.0 standalone. */
    private static final int CASES = 352;

    /** How many cases are left out, by the first command that is missing. A new command must change this. */
    private static final Map<String, Integer> LEFT_OUT = new TreeMap<>(Map.ofEntries(
            Map.entry("EVAL", 1), Map.entry("EVAL_RO", 1), Map.entry("FUNCTION", 10), Map.entry("SCRIPT", 7)));

    private static KeyValueServer server;
    private static RespClient client;

    private record Case(
            String name,
            List<String> command,
            List<Object> result,
            String since,
            String tags,
            boolean skipped,
            boolean command_binary,
            boolean sort_result) {}

    @BeforeAll
    static void start() throws IOException {
        server = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
        client = new RespClient(server.address());
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        server.close();
    }

    private static List<Case> cases() throws IOException {
        try (Reader in = new InputStreamReader(
                CompatibilityTest.class.getResourceAsStream("resp-compatibility/cts.json"), StandardCharsets.UTF_8)) {
            List<Case> all = new Gson().fromJson(in, new TypeToken<List<Case>>() {}.getType());
            return all.stream()
                    .filter(test -> !test.skipped && isUpTo(test.since, 7, 2, 0))
                    .filter(test -> test.tags == null || test.tags.contains("standalone"))
                    .toList();
        }
    }

    private static boolean isUpTo(String version, int... limit) {
        int[] parts =
                Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
        return Arrays.compare(parts, limit) <= 0;
    }

    private static String missingCommand(Case test) {
        return test.command.stream()
                .map(line -> line.split(" ")[0].toUpperCase(Locale.ROOT))
                .filter(name -> CommandTable.instance().find(name) == null)
                .findFirst()
                .orElse(null);
    }

    @Test
    void cases_areCountedAndThoseLeftOutAreListed() throws IOException {
        Map<String, Integer> leftOut = new TreeMap<>();
        for (Case test : cases()) {
            String missing = missingCommand(test);
            if (missing != null) {
                leftOut.merge(missing, 1, Integer::sum);
            }
        }
        assertThat(cases()).hasSize(CASES);
        assertThat(leftOut).isEqualTo(LEFT_OUT);
    }

    @TestFactory
    Stream<DynamicTest> case_passes() throws IOException {
        return cases().stream()
                .filter(test -> missingCommand(test) == null)
                .map(test -> DynamicTest.dynamicTest(test.name + " " + test.command, () -> run(test)));
    }

    private static void run(Case test) throws IOException {
        assertThat(client.call("FLUSHALL")).isEqualTo("OK");
        List<Object> replies = new ArrayList<>();
        for (String line : test.command) {
            replies.add(normal(client.call((Object[]) words(line, test.command_binary))));
        }
        List<Object> expected = new ArrayList<>();
        // Two cases have more results than commands; their runner looks at no more than it has replies.
        assertThat(test.result).hasSizeGreaterThanOrEqualTo(test.command.size());
        test.result.subList(0, test.command.size()).forEach(result -> expected.add(normal(result)));
        if (test.sort_result) {
            sort(replies);
            sort(expected);
        }
        assertThat(replies).isEqualTo(expected);
        endSubscriptions();
    }

    /** A case may leave the connection subscribed, or closed. */
    private static void endSubscriptions() throws IOException {
        client.close();
        client = new RespClient(server.address());
    }

    /** Splits a line as the runner of the cases does: at blanks, but not inside quotes. Binary words have escapes. */
    private static byte[][] words(String line, boolean binary) {
        List<byte[]> words = new ArrayList<>();
        boolean quoted = line.indexOf('"') >= 0;
        if (quoted && !binary) {
            for (byte[] word : InlineParser.split(line.getBytes(StandardCharsets.UTF_8))) {
                words.add(word);
            }
        } else {
            for (String word : line.split(" ")) {
                words.add(binary ? unescaped(word) : word.getBytes(StandardCharsets.UTF_8));
            }
        }
        return words.toArray(new byte[0][]);
    }

    private static byte[] unescaped(String word) {
        return InlineParser.split(("\"" + word.replace("\"", "\\\"") + "\"").getBytes(StandardCharsets.ISO_8859_1))[0];
    }

    /** Numbers of JSON are doubles; replies have long ones. */
    private static Object normal(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return value instanceof List<?> list
                ? list.stream().map(CompatibilityTest::normal).collect(ArrayList::new, List::add, List::addAll)
                : value;
    }

    private static void sort(List<Object> values) {
        values.replaceAll(value -> {
            if (value instanceof List<?> list) {
                List<Object> sorted = new ArrayList<>(list);
                sort(sorted);
                sorted.sort(Comparator.comparing(String::valueOf));
                return sorted;
            }
            return value;
        });
    }

    /** Fails if the table claims a command without which no case could run. */
    @Test
    void table_hasTheCommandsOfTheFirstGroups() {
        Set<String> needed = Set.of("GET", "SET", "DEL", "HSET", "LPUSH", "SADD", "ZADD", "MULTI", "SUBSCRIBE", "SCAN");
        assertThat(needed).allMatch(name -> CommandTable.instance().find(name) != null);
    }
}
