package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server shows of the commands of others, and of their times. */
@Timeout(60)
class MonitorTest extends WithServer {
    @BeforeEach
    @Override
    void start() throws IOException {
        restart("--port", "0", "--user", "bob on >secret +@all ~*");
    }

    // ---- MONITOR ----

    @Test
    void monitor_showsCommandsButNoSecrets() throws IOException {
        try (RespClient monitor = new RespClient(server.address())) {
            assertThat(monitor.call("MONITOR")).isEqualTo("OK");
            client.call("SELECT", "3");
            client.call("SET", "a \"b\"\\", "\u00ff\n");
            client.call("CONFIG", "SET", "requirepass", "hidden"); // administrators' commands are not shown
            client.call("AUTH", "bob", "secret");
            client.call("HELLO", "2", "AUTH", "bob", "secret");
            assertThat(monitor.read().toString()).matches("\\d+\\.\\d{6} \\[0 127\\.0\\.0\\.1:\\d+] \"SELECT\" \"3\"");
            assertThat(monitor.read().toString())
                    .endsWith("] \"SET\" \"a \\\"b\\\"\\\\\" \"\\xff\\n\"")
                    .contains(" [3 ");
            assertThat(monitor.read().toString()).endsWith("] \"AUTH\" \"(redacted)\" \"(redacted)\"");
            assertThat(monitor.read().toString()).endsWith("] \"HELLO\" \"2\" \"AUTH\" \"(redacted)\" \"(redacted)\"");
            assertThat(client.call("CLIENT", "LIST").toString()).contains("flags=O");
            assertThat(monitor.call("RESET")).isEqualTo("RESET");
            assertThat(client.call("CLIENT", "LIST").toString()).doesNotContain("flags=O");
        }
    }

    // ---- SLOWLOG and LATENCY ----

    @Test
    void slowCommands_areLoggedFromTheLimitOn() throws IOException {
        client.call("CONFIG", "SET", "slowlog-log-slower-than", "0", "slowlog-max-len", "3");
        client.call("CLIENT", "SETNAME", "me");
        client.call("SLOWLOG", "RESET");
        client.call("RPUSH", "list", "x".repeat(200));
        client.call("GET", "k");
        client.call("CONFIG", "SET", "slowlog-log-slower-than", "-1");
        client.call("GET", "other");
        List<?> entries = (List<?>) client.call("SLOWLOG", "GET");
        assertThat(entries).hasSize(3);
        List<?> last = (List<?>) entries.get(0); // the limit was changed before the command had ended
        assertThat(last.get(3)).isEqualTo(List.of("GET", "k"));
        List<?> push = (List<?>) entries.get(1);
        assertThat(push.get(3)).isEqualTo(List.of("RPUSH", "list", "x".repeat(128) + "... (72 more bytes)"));
        assertThat(push.get(5)).isEqualTo("me");
        assertThat((Long) push.get(2)).isNotNegative();
        assertThat(client.call("SLOWLOG", "LEN")).isEqualTo(3L);
        client.call("SLOWLOG", "RESET");
        assertThat(client.call("SLOWLOG", "LEN")).isEqualTo(0L);
    }

    @Test
    void longArgumentLists_areShortened() throws IOException {
        client.call("CONFIG", "SET", "slowlog-log-slower-than", "0");
        Object[] request = new Object[41];
        Arrays.fill(request, "k");
        request[0] = "EXISTS";
        client.call(request);
        List<?> entry = (List<?>) ((List<?>) client.call("SLOWLOG", "GET", "1")).get(0);
        assertThat((List<?>) entry.get(3)).hasSize(32);
        assertThat(((List<?>) entry.get(3)).get(31)).isEqualTo("... (10 more arguments)");
    }

    @Test
    void histogram_countsAllCommands() throws IOException {
        for (int i = 0; i < 5; i++) {
            client.call("SET", "k", "v");
            client.call("GET", "k");
            client.call("CONFIG", "GET", "port");
        }
        client.line("MULTI");
        client.line("SET k v");
        client.line("EXEC");
        assertThat(client.line("LATENCY HISTOGRAM set"))
                .startsWith("*2\r\n$3\r\nset\r\n*4\r\n$5\r\ncalls\r\n:6\r\n$14\r\nhistogram_usec\r\n");
        assertThat(client.line("LATENCY HISTOGRAM get")).contains("calls\r\n:5\r\n");
        assertThat(client.line("LATENCY HISTOGRAM config")).contains("config|get\r\n", "calls\r\n:5\r\n");
    }

    @Test
    void latencyEvents_areSampledFromTheThresholdOn() throws IOException {
        assertThat(client.call("LATENCY", "LATEST")).isEqualTo(List.of());
        client.call("CONFIG", "SET", "latency-monitor-threshold", "1");
        for (int i = 0; i < 20_000; i += 1_000) {
            Object[] request = new Object[1_002];
            Arrays.setAll(request, k -> "member" + k);
            request[0] = "SADD";
            request[1] = "big" + i;
            client.call(request);
        }
        // Slow for certain on a machine of any speed: the threshold is one millisecond, and the list is long.
        Object[] union = new Object[21];
        Arrays.setAll(union, i -> i == 0 ? "SUNION" : "big" + (i - 1) * 1_000);
        client.call(union);
        List<?> events = (List<?>) client.call("LATENCY", "LATEST");
        assertThat(events).isNotEmpty();
        assertThat(events.toString()).contains("command");
        assertThat((List<?>) client.call("LATENCY", "HISTORY", "command")).isNotEmpty();
        assertThat(client.call("LATENCY", "GRAPH", "command").toString())
                .startsWith("command - high ")
                .contains("#");
        assertThat(client.call("LATENCY", "DOCTOR").toString()).contains("SLOWLOG GET");
        // Else the next commands would be sampled, too, if the machine is busy.
        client.call("CONFIG", "SET", "latency-monitor-threshold", "0");
        assertThat((Long) client.call("LATENCY", "RESET")).isPositive();
        assertThat(client.call("LATENCY", "LATEST")).isEqualTo(List.of());
    }

    // ---- CLIENT PAUSE ----

    @Test
    void pause_holdsUpWritesUntilItEnds() throws Exception {
        client.call("CLIENT", "PAUSE", "100000", "WRITE");
        assertThat(client.call("GET", "k")).isNull();
        try (RespClient writer = new RespClient(server.address())) {
            CompletableFuture<Object> write = CompletableFuture.supplyAsync(() -> {
                try {
                    return writer.call("SET", "k", "v");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            while (!client.call("CLIENT", "LIST").toString().contains("cmd=set")) {
                Thread.sleep(1);
            }
            assertThat(client.call("GET", "k")).isNull();
            assertThat(write).isNotDone();
            client.call("CLIENT", "UNPAUSE");
            assertThat(write.get(20, TimeUnit.SECONDS)).isEqualTo("OK");
        }
    }

    @Test
    void pauseOfAll_endsByItself() throws IOException {
        client.call("CLIENT", "PAUSE", "50");
        long before = System.nanoTime();
        assertThat(client.call("PING")).isEqualTo("PONG");
        assertThat(System.nanoTime() - before).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(30));
    }
}
