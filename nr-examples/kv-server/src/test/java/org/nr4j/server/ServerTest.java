package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.server.config.Settings;

@Timeout(60)
class ServerTest extends WithServer {
    private static final int CONNECTIONS = 2_000;

    private RespClient connect() throws IOException {
        return new RespClient(server.address());
    }

    // ---- transactions ----

    @Test
    void transaction_isAbortedByAChangeOfAWatchedKey() throws IOException {
        try (RespClient other = connect()) {
            client.call("SADD", "s", "a");
            client.call("WATCH", "s");
            other.call("SADD", "s", "b"); // changes no more than an element
            client.call("MULTI");
            client.call("SCARD", "s");
            assertThat(client.call("EXEC")).isNull();
            client.call("WATCH", "s", "none");
            other.call("SADD", "s", "b"); // changes nothing
            client.call("MULTI");
            client.call("SELECT", "1");
            client.call("SET", "k", "v");
            client.call("PING");
            assertThat(client.call("EXEC")).isEqualTo(List.of("OK", "OK", "PONG"));
            assertThat(other.call("EXISTS", "k")).isEqualTo(0L);
            assertThat(client.call("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void secondWatch_forgetsNoChange() throws IOException {
        client.call("WATCH", "k");
        try (RespClient other = connect()) {
            other.call("SET", "k", "v");
        }
        client.call("WATCH", "k", "l");
        client.call("MULTI");
        assertThat(client.call("EXEC")).isNull();
    }

    @Test
    void watch_endsWithItsConnection() throws Exception {
        try (RespClient other = connect()) {
            other.call("WATCH", "k");
        }
        while (server.engine().watches() > 0) {
            Thread.sleep(5);
        }
        assertThat(client.call("SET", "k", "v")).isEqualTo("OK");
    }

    // ---- expiry ----

    @Test
    void collection_doesNotComeBackAfterItsExpiry() throws Exception {
        client.call("RPUSH", "l", "a", "b");
        client.call("PEXPIRE", "l", "30");
        Thread.sleep(40);
        assertThat(client.call("LLEN", "l")).isEqualTo(0L);
        client.call("RPUSH", "l", "c");
        assertThat(client.call("LRANGE", "l", "0", "-1")).isEqualTo(List.of("c"));
        while (server.engine().elements() > 1) {
            Thread.sleep(5); // the sweeper removes a and b
        }
        assertThat(client.call("LRANGE", "l", "0", "-1")).isEqualTo(List.of("c"));
    }

    @Test
    void timeToLive_isInSecondsAndMilliseconds() throws IOException {
        client.call("SET", "k", "v", "EX", "100");
        assertThat((Long) client.call("TTL", "k")).isBetween(99L, 100L);
        assertThat((Long) client.call("PTTL", "k")).isBetween(99_000L, 100_000L);
        assertThat(client.call("PERSIST", "k")).isEqualTo(1L);
        assertThat(client.call("TTL", "k")).isEqualTo(-1L);
        assertThat(client.call("TTL", "none")).isEqualTo(-2L);
        client.call("SET", "k", "v", "PX", "20");
        client.call("HSET", "h", "f", "v");
        client.call("RENAME", "h", "k");
        assertThat(client.call("TTL", "k")).isEqualTo(-1L);
    }

    // ---- waiting ----

    @Test
    void blockedClients_areServedInTheirOrder() throws Exception {
        List<CompletableFuture<Object>> waiting = new ArrayList<>();
        List<RespClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RespClient blocked = connect();
            clients.add(blocked);
            blocked.sendRaw(RespClient.encode("BLPOP", "list", "0"));
            // CLIENT LIST shows a command before it waits.
            while (!client.call("INFO", "clients").toString().contains("blocked_clients:" + (i + 1))) {
                Thread.sleep(1);
            }
            waiting.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return blocked.read();
                } catch (IOException e) {
                    return e;
                }
            }));
        }
        client.call("RPUSH", "list", "0", "1", "2", "3", "4", "5");
        for (int i = 0; i < 5; i++) {
            assertThat(waiting.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(List.of("list", "" + i));
        }
        assertThat(client.call("LRANGE", "list", "0", "-1")).isEqualTo(List.of("5"));
        for (RespClient blocked : clients) {
            blocked.close();
        }
    }

    @Test
    void blockedClient_answersLaterRequestsAfterIt() throws Exception {
        client.sendRaw(RespClient.encode("BLPOP", "list", "0"));
        client.sendRaw(RespClient.encode("PING"));
        try (RespClient other = connect()) {
            while (!"1".equals(other.call("RPUSH", "list", "x").toString())) {
                Thread.sleep(1);
            }
        }
        assertThat(client.read()).isEqualTo(List.of("list", "x"));
        assertThat(client.read()).isEqualTo("PONG");
    }

    // ---- messages ----

    @Test
    void messages_reachSubscribersOfChannelsAndPatterns() throws IOException {
        try (RespClient other = connect()) {
            other.call("HELLO", "3");
            assertThat(client.call("SUBSCRIBE", "news")).isEqualTo(List.of("subscribe", "news", 1L));
            assertThat(other.raw("PSUBSCRIBE", "n*")).startsWith(">3\r\n");
            assertThat(client.call("GET", "k").toString()).startsWith("-ERR Can't execute 'get'");
            try (RespClient publisher = connect()) {
                assertThat(publisher.call("PUBLISH", "news", "hello")).isEqualTo(2L);
            }
            assertThat(client.read()).isEqualTo(List.of("message", "news", "hello"));
            assertThat(other.read()).isEqualTo(List.of("pmessage", "n*", "news", "hello"));
            assertThat(other.call("GET", "k")).isNull();
        }
    }

    // ---- clients that behave badly ----

    @Test
    void manyConnections_areServed() throws IOException {
        List<RespClient> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(connect());
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.get(i).sendRaw(RespClient.encode("INCR", "n"));
        }
        for (RespClient each : clients) {
            assertThat(each.read()).isInstanceOf(Long.class);
        }
        assertThat(client.call("GET", "n")).isEqualTo("" + CONNECTIONS);
        for (RespClient each : clients) {
            each.close();
        }
    }

    @Test
    void clientThatDoesNotRead_holdsUpNobodyAndCostsLittle() throws Exception {
        byte[] big = new byte[1 << 20];
        client.call("SET", "big", big);
        try (RespClient slow = connect()) {
            byte[] request = RespClient.encode("GET", "big");
            for (int i = 0; i < 2_000; i++) {
                slow.sendRaw(request); // the replies would have 2 GB
            }
            for (int i = 0; i < 200; i++) {
                assertThat(client.call("INCR", "n")).isEqualTo(i + 1L);
            }
            for (int i = 0; i < 20; i++) {
                assertThat((String) slow.read()).hasSize(big.length);
            }
        }
    }

    @Test
    void pipelineWithoutReading_isAnsweredInOrder() throws IOException {
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            requests.writeBytes(RespClient.encode("INCR", "n"));
            requests.writeBytes(RespClient.encode("GET", "n"));
        }
        client.sendRaw(requests.toByteArray());
        for (int i = 1; i <= 10_000; i++) {
            assertThat(client.read()).isEqualTo((long) i);
            assertThat(client.read()).isEqualTo("" + i);
        }
    }

    @Test
    void oneByteAtATime_isARequest() throws Exception {
        for (byte b : RespClient.encode("SET", "k", "v")) {
            client.sendRaw(new byte[] {b});
            Thread.sleep(1);
        }
        assertThat(client.read()).isEqualTo("OK");
    }

    @Test
    void brokenRequest_isAnsweredAndEndsTheConnection() throws IOException {
        client.sendRaw("*1\r\n$4\r\nPING\r\n*1\r\n:4\r\nPING\r\n");
        assertThat(client.read()).isEqualTo("PONG");
        assertThat(client.read()).isEqualTo("-ERR Protocol error: expected '$', got ':'");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void clientThatIsGone_isForgotten() throws Exception {
        for (int i = 0; i < 50; i++) {
            RespClient gone = connect();
            gone.sendRaw("*2\r\n$3\r\nGET\r\n$100\r\nhalf a request");
            gone.socket().setSoLinger(true, 0);
            gone.close();
        }
        while (!client.call("INFO", "clients").toString().contains("connected_clients:1\r")) {
            Thread.sleep(5);
        }
    }

    @Test
    void tooLongKey_failsAlone() throws IOException {
        client.sendRaw(RespClient.encode("SET", "a", "1"));
        client.sendRaw(RespClient.encode("SET", new byte[70_000], "1"));
        client.sendRaw(RespClient.encode("SET", "b", "1"));
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.read().toString()).startsWith("-ERR");
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.call("DBSIZE")).isEqualTo(2L);
    }

    @Test
    void replies_canBeSkippedAndTurnedOff() throws IOException {
        client.sendRaw(RespClient.encode("CLIENT", "REPLY", "SKIP"));
        client.sendRaw(RespClient.encode("SET", "k", "1"));
        assertThat(client.call("GET", "k")).isEqualTo("1");
        client.sendRaw(RespClient.encode("CLIENT", "REPLY", "OFF"));
        client.sendRaw(RespClient.encode("SET", "k", "2"));
        client.sendRaw(RespClient.encode("PING"));
        assertThat(client.call("CLIENT", "REPLY", "ON")).isEqualTo("OK");
        assertThat(client.call("GET", "k")).isEqualTo("2");
    }

    // ---- access ----

    @Test
    void password_isRequired() throws IOException {
        restart("--port", "0", "--requirepass", "secret");
        assertThat(client.call("GET", "k")).isEqualTo("-NOAUTH Authentication required.");
        assertThat(client.call("AUTH", "wrong").toString()).startsWith("-WRONGPASS");
        assertThat(client.call("AUTH", "secret")).isEqualTo("OK");
        assertThat(client.call("GET", "k")).isNull();
        assertThat(client.call("RESET")).isEqualTo("RESET");
        assertThat(client.call("GET", "k")).isEqualTo("-NOAUTH Authentication required.");
        assertThat(client.call("HELLO", "3", "AUTH", "default", "secret")).isInstanceOf(List.class);
    }

    @Test
    void openAddressWithoutPassword_isRefused() {
        assertThatThrownBy(() -> Settings.parse(List.of("--bind", "0.0.0.0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a server that others can reach must have a password: bind=0.0.0.0");
        assertThat(Settings.parse(List.of("--bind", "0.0.0.0", "--requirepass", "x"))
                        .port())
                .isEqualTo(6379);
    }

    @Test
    void serverThatEnds_closesItsConnections() throws IOException {
        for (int i = 0; i < 10; i++) { // not each time, if the event loops alone are to close them
            client.call("PING");
            server.close();
            assertThat(client.isClosedByServer()).isTrue();
            restart("--port", "0");
        }
    }

    @Test
    void tooManyClients_areRefused() throws IOException {
        client.call("CONFIG", "SET", "maxclients", "1");
        try (RespClient other = connect()) {
            assertThat(other.read()).isEqualTo("-ERR max number of clients reached");
            assertThat(other.isClosedByServer()).isTrue();
        }
    }

    // ---- configuration ----

    @Test
    void configSet_hasTheErrorsOfRedis() throws IOException {
        String failed = "-ERR CONFIG SET failed (possibly related to argument '";
        assertThat(client.call("CONFIG", "SET", "maxmemory", "abc"))
                .isEqualTo(failed + "maxmemory') - argument must be a memory value");
        assertThat(client.call("CONFIG", "SET", "maxclients", "7", "timeout", "-1"))
                .isEqualTo(failed + "timeout') - argument must be between 0 and 2147483647 inclusive");
        assertThat(client.call("CONFIG", "SET", "maxclients", "7", "databases", "3"))
                .isEqualTo(failed + "databases') - can't set immutable config");
        assertThat(client.call("CONFIG", "SET", "timeout", "1", "timeout", "2"))
                .isEqualTo(failed + "timeout') - duplicate parameter");
        assertThat(client.call("CONFIG", "SET", "Nope", "1"))
                .isEqualTo("-ERR Unknown option or number of arguments for CONFIG SET - 'Nope'");
        assertThat(client.call("CONFIG", "SET", "timeout", "1", "maxclients")).isEqualTo("-ERR syntax error");
        assertThat(client.call("CONFIG", "REWRITE")).isEqualTo("-ERR The server is running without a config file");
        assertThat(client.call("CONFIG", "GET", "maxcl*", "TIMEOUT"))
                .isEqualTo(List.of("maxclients", "10000", "timeout", "0"));
    }

    @Test
    void configRewrite_writesWhatWasSet(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a.conf"), "# mine\nport 0\ntimeout 5\n");
        restart(file.toString());
        assertThat(client.call("CONFIG", "SET", "timeout", "6", "maxmemory", "1gb"))
                .isEqualTo("OK");
        assertThat(client.call("CONFIG", "REWRITE")).isEqualTo("OK");
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "# mine", "port 0", "timeout 6", "# Generated by CONFIG REWRITE", "maxmemory 1073741824");
    }

    // ---- disk ----

    @Test
    void data_isThereAfterARestart(@TempDir Path directory) throws IOException {
        for (String policy : List.of("always", "everysec", "no")) {
            String[] flags = {"--port", "0", "--dir", directory.toString(), "--appendfsync", policy};
            restart(flags);
            client.call("FLUSHALL");
            client.call("ZADD", "z", "1", "a", "2", "b");
            client.call("HSET", "h", "f", "v");
            client.call("SET", "k", "v", "EX", "100");
            client.call("RPUSH", "gone", "x");
            client.call("DEL", "gone");
            client.call("WATCH", "k");
            restart(flags);
            assertThat(client.call("ZRANGE", "z", "0", "-1")).isEqualTo(List.of("a", "b"));
            assertThat(client.call("HGET", "h", "f")).isEqualTo("v");
            assertThat((Long) client.call("TTL", "k")).isBetween(1L, 100L);
            assertThat(client.call("DBSIZE")).isEqualTo(3L);
            assertThat(server.engine().watches()).isZero();
        }
    }

    // ---- walks ----

    @Test
    void scan_returnsAllKeysThatStay() throws IOException {
        for (int i = 0; i < 500; i++) {
            client.call("SET", "stays" + i, "v");
            client.call("SET", "goes" + i, "v");
        }
        List<Object> seen = new ArrayList<>();
        String cursor = "0";
        int steps = 0;
        do {
            List<?> reply = (List<?>) client.call("SCAN", cursor, "COUNT", "7", "MATCH", "stays*");
            cursor = (String) reply.get(0);
            seen.addAll((List<?>) reply.get(1));
            for (int k = 0; k < 10; k++) {
                client.call("DEL", "goes" + (10 * steps + k)); // so ranks change under the walk
            }
            steps++;
        } while (!cursor.equals("0"));
        assertThat(steps).isGreaterThan(50);
        assertThat(seen).doesNotHaveDuplicates().hasSize(500);
    }
}
