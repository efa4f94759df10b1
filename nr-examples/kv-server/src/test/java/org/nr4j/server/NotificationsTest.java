package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nr4j.server.config.Settings;

/** Notifications of what happens to keys. */
@Timeout(120)
class NotificationsTest {
    private static final int LINES = 1_500;
    private static final int MOST_DIFFERENCES = 10;

    /** A client that sends commands, and one that receives the notifications of each. */
    private static final class Pair implements AutoCloseable {
        final RespClient client;
        final RespClient subscriber;
        final RespClient other;

        Pair(InetSocketAddress address, String classes) throws IOException {
            client = new RespClient(address);
            subscriber = new RespClient(address);
            other = new RespClient(address); // since the first one may be in a transaction
            assertThat(client.call("CONFIG", "SET", "notify-keyspace-events", classes))
                    .isEqualTo("OK");
            subscriber.call("PSUBSCRIBE", "__key*");
            subscriber.call("SUBSCRIBE", "end");
        }

        /** Returns the channels and messages that a command has caused. */
        List<Object> eventsOf(Object... line) throws IOException {
            client.raw(line);
            return events();
        }

        List<Object> events() throws IOException {
            other.raw("PUBLISH", "end", "");
            List<Object> events = new ArrayList<>();
            while (true) {
                List<?> message = (List<?>) subscriber.read();
                if (message.get(0).equals("message")) {
                    return events;
                }
                events.add(message.subList(2, 4));
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
            subscriber.close();
            other.close();
        }
    }

    private static KeyValueServer start(String... flags) {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(List.of(flags));
        return KeyValueServer.start(Settings.parse(all));
    }

    /** The commands are those of DifferentialTest. Skipped where redis-server is not installed. */
    @ParameterizedTest
    @CsvSource({"1, KEA", "2, KEA", "3, Eg$ln"})
    void randomLines_haveTheEventsOfRedis(long seed, String classes, @TempDir Path directory) throws Exception {
        CommandLines lines = new CommandLines(new Random(seed));
        try (RedisProcess redis = RedisProcess.start(directory);
                KeyValueServer ours = start();
                Pair theirs = new Pair(redis.address(), classes);
                Pair mine = new Pair(ours.address(), classes)) {
            List<String> differences = new ArrayList<>();
            for (int i = 0; i < LINES && differences.size() < MOST_DIFFERENCES; i++) {
                Object[] line = lines.next();
                List<Object> expected = theirs.eventsOf(line);
                List<Object> actual = mine.eventsOf(line);
                if (!expected.equals(actual)) {
                    differences.add(Arrays.toString(line) + "\n  expected " + expected + "\n  but was  " + actual);
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    @Test
    void classes_areChosenAndShown() throws IOException {
        try (KeyValueServer server = start("--notify-keyspace-events", "lK");
                Pair pair = new Pair(server.address(), "lK")) {
            assertThat(pair.eventsOf("RPUSH", "a", "x")).isEqualTo(List.of(List.of("__keyspace@0__:a", "rpush")));
            assertThat(pair.eventsOf("SET", "b", "x")).isEmpty();
            assertThat(pair.client
                            .call("CONFIG", "SET", "notify-keyspace-events", "q")
                            .toString())
                    .contains("Invalid event class character");
            pair.client.call("CONFIG", "SET", "notify-keyspace-events", "EAmn");
            assertThat(pair.client.call("CONFIG", "GET", "notify-keyspace-events"))
                    .isEqualTo(List.of("notify-keyspace-events", "AEmn"));
            assertThat(pair.eventsOf("LPOP", "a"))
                    .isEqualTo(List.of(List.of("__keyevent@0__:lpop", "a"), List.of("__keyevent@0__:del", "a")));
            assertThat(pair.eventsOf("GET", "none")).isEqualTo(List.of(List.of("__keyevent@0__:keymiss", "none")));
            assertThat(pair.eventsOf("HGET", "none", "f"))
                    .isEqualTo(List.of(List.of("__keyevent@0__:keymiss", "none")));
            assertThat(pair.eventsOf("SET", "new", "x"))
                    .isEqualTo(List.of(List.of("__keyevent@0__:new", "new"), List.of("__keyevent@0__:set", "new")));
            assertThat(pair.eventsOf("SET", "new", "y")).isEqualTo(List.of(List.of("__keyevent@0__:set", "new")));
            pair.client.call("CONFIG", "SET", "notify-keyspace-events", "A"); // on no channel
            assertThat(pair.eventsOf("SET", "c", "x")).isEmpty();
        }
    }

    @Test
    void keyThatExpires_isNotified() throws IOException {
        try (KeyValueServer server = start();
                Pair pair = new Pair(server.address(), "Ex")) {
            pair.client.call("SELECT", "2");
            pair.client.call("SET", "k", "v", "PX", "20");
            List<?> message = (List<?>) pair.subscriber.read();
            assertThat(message.subList(1, 4)).isEqualTo(List.of("__key*", "__keyevent@2__:expired", "k"));
            pair.client.call("CONFIG", "SET", "notify-keyspace-events", "Eg");
            assertThat(pair.eventsOf("DEL", "k")).isEmpty();
        }
    }

    /** A command that is served late is a write of the client that serves it; its events come once. */
    @Test
    void commandThatHasWaited_notifiesOnce() throws IOException {
        try (KeyValueServer server = start();
                RespClient waiting = new RespClient(server.address());
                Pair pair = new Pair(server.address(), "EA")) {
            waiting.sendRaw(RespClient.encode("BLPOP", "list", "0"));
            assertThat(pair.eventsOf("PING")).isEmpty();
            pair.client.call("RPUSH", "list", "x");
            assertThat(waiting.read()).isEqualTo(List.of("list", "x"));
            List<Object> events = pair.events();
            assertThat(events)
                    .isEqualTo(List.of(
                            List.of("__keyevent@0__:rpush", "list"),
                            List.of("__keyevent@0__:lpop", "list"),
                            List.of("__keyevent@0__:del", "list")));
        }
    }

    @Test
    void recovery_notifiesNothing(@TempDir Path directory) throws IOException {
        String[] flags = {"--dir", directory.toString(), "--notify-keyspace-events", "KEA"};
        try (KeyValueServer server = start(flags);
                Pair pair = new Pair(server.address(), "KEA")) {
            assertThat(pair.eventsOf("SET", "k", "v")).hasSize(2);
        }
        try (KeyValueServer server = start(flags);
                Pair pair = new Pair(server.address(), "KEA")) {
            assertThat(pair.client.call("GET", "k")).isEqualTo("v");
            assertThat(pair.events()).isEmpty();
        }
    }
}
