package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.server.config.Settings;

/**
 * Random command lines, many of them wrong, to a real redis-server and to ours. The replies must be the same bytes.
 * Only replies whose order Redis leaves open are compared without it. Skipped where redis-server is not installed.
 */
@Timeout(120)
class DifferentialTest {
    private static final int LINES = 2_500;
    private static final int MOST_DIFFERENCES = 20;

    @TempDir
    private static Path directory;

    private static RedisProcess redis;
    private static KeyValueServer ours;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisProcess.start(directory);
        ours = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (ours != null) {
            ours.close();
        }
        if (redis != null) {
            redis.close();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomLines_haveTheRepliesOfRedis(long seed) throws IOException {
        CommandLines lines = new CommandLines(new Random(seed));
        try (RespClient theirs = connect(redis.address(), seed);
                RespClient mine = connect(ours.address(), seed)) {
            List<String> differences = new ArrayList<>();
            for (int i = 0; i < LINES && differences.size() < MOST_DIFFERENCES; i++) {
                Object[] line = lines.next();
                String expected = CommandLines.withoutTimes(line, theirs.raw(line));
                String actual = CommandLines.withoutTimes(line, mine.raw(line));
                if (!expected.equals(actual) && !(CommandLines.isUnordered(line) && areSame(expected, actual))) {
                    differences.add(Arrays.toString(line) + "\n  expected " + shown(expected) + "\n  but was  "
                            + shown(actual));
                    reset(theirs);
                    reset(mine);
                }
            }
            assertThat(differences).as("seed %d", seed).isEmpty();
        }
    }

    private static String shown(String reply) {
        return reply.replace("\r\n", "|");
    }

    /** Whether two replies have the same elements, in whatever order. */
    private static boolean areSame(String a, String b) {
        return sorted(a).equals(sorted(b));
    }

    private static void reset(RespClient client) throws IOException {
        client.call("DISCARD");
        client.call("FLUSHALL");
    }

    private static RespClient connect(InetSocketAddress address, long seed) throws IOException {
        RespClient client = new RespClient(address);
        client.call("FLUSHALL");
        if (seed % 2 == 0) {
            client.call("HELLO", "3");
        }
        return client;
    }

    /** Sorts the elements of a reply, whatever the nesting. */
    private static String sorted(String reply) {
        return Arrays.stream(reply.split("\r\n", -1)).sorted().collect(Collectors.joining("\n"));
    }

    @Test
    void malformedRequests_haveTheRepliesOfRedis() throws IOException {
        List<String> requests = List.of(
                "*x\r\n",
                "*1\r\n+PING\r\n",
                "*1\r\n$x\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$536870913\r\n",
                "SET a \"b\r\n",
                "SET a 'b'c\r\n",
                "*0\r\nPING\r\n*9\r\n\r\n",
                "*-5\r\n\r\n   \r\nECHO \"a\\x41\\n\" 'b\\'c'\r\nECHO \"a\\x41\\n\"\r\n*x\r\n",
                "PING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nnone\r\n*2\r\n$3\r\nGET\r\n*z\r\n",
                "nonsense a b c\r\nset a\r\n*3\r\n:1\r\n");
        for (String request : requests) {
            assertThat(allReplies(ours.address(), request)).as(request).isEqualTo(allReplies(redis.address(), request));
        }
    }

    /** Sends bytes, and returns all that comes until the server closes the connection. */
    private static String allReplies(InetSocketAddress address, String request) throws IOException {
        try (RespClient client = new RespClient(address)) {
            client.sendRaw(request);
            client.socket().shutdownOutput();
            return new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
