package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Client-side caching: what clients are told of changes of keys. */
@Timeout(60)
class TrackingTest extends WithServer {
    private static final int CHANGES = 3_000;

    /** Lines of two clients: 1 tracks, and 2 changes keys. A line without a number begins a new pair of clients. */
    private static final List<String> SCENARIO = List.of(
            "default",
            "1 HELLO 3",
            "1 CLIENT TRACKING ON",
            "1 CLIENT TRACKINGINFO",
            "1 GET a",
            "1 MGET b c",
            "2 SET a 1",
            "2 SET a 2",
            "2 MSET b 1 c 2 d 3",
            "1 GET a",
            "1 SET a 3",
            "1 LRANGE l 0 -1",
            "2 RPUSH l x",
            "1 HGET h f",
            "2 HSET h f v",
            "2 HSET h f w",
            "1 HGET h f",
            "2 HSET h f x",
            "1 GET a",
            "2 SELECT 1",
            "2 SET a other",
            "1 GET a",
            "2 FLUSHALL",
            "1 GET a",
            "2 FLUSHDB",
            "1 CLIENT GETREDIR",
            "1 CLIENT CACHING YES",
            "1 CLIENT TRACKING ON BCAST",
            "1 CLIENT TRACKING OFF",
            "1 CLIENT TRACKINGINFO",
            "1 CLIENT GETREDIR",
            "2 SET a 4",
            "broadcast",
            "1 HELLO 3",
            "1 CLIENT TRACKING ON BCAST PREFIX u: PREFIX o:",
            "1 CLIENT TRACKING ON BCAST PREFIX u:1",
            "1 CLIENT TRACKING ON BCAST PREFIX x PREFIX xy",
            "1 CLIENT TRACKING ON BCAST PREFIX v:",
            "1 CLIENT TRACKING ON",
            "1 CLIENT TRACKINGINFO",
            "2 SET u:1 x",
            "2 SET z x",
            "2 MSET u:2 x u:1 y",
            "2 DEL u:1 u:3",
            "1 SET o:1 x",
            "all keys",
            "1 HELLO 3",
            "1 CLIENT TRACKING ON BCAST NOLOOP",
            "1 SET a 1",
            "2 SET a 2",
            "noloop",
            "1 HELLO 3",
            "1 CLIENT TRACKING ON NOLOOP",
            "1 GET a",
            "1 SET a 1",
            "2 SET a 2",
            "1 GET a",
            "2 SET a 2",
            "optin",
            "1 HELLO 3",
            "1 CLIENT TRACKING ON OPTIN",
            "1 CLIENT CACHING NO",
            "1 GET a",
            "1 CLIENT CACHING YES",
            "1 CLIENT TRACKINGINFO",
            "1 GET b",
            "1 GET c",
            "2 MSET a 1 b 1 c 1",
            "1 CLIENT CACHING YES",
            "1 PING",
            "1 GET b",
            "2 SET b 2",
            "1 CLIENT CACHING YES",
            "1 MULTI",
            "1 GET a",
            "1 GET b",
            "1 EXEC",
            "1 GET c",
            "2 MSET c 1 b 1 a 1",
            "1 CLIENT TRACKING ON OPTOUT",
            "optout",
            "1 HELLO 3",
            "1 CLIENT TRACKING ON OPTOUT",
            "1 CLIENT CACHING YES",
            "1 CLIENT CACHING NO",
            "1 GET a",
            "1 GET b",
            "2 MSET a 1 b 1",
            "errors",
            "1 CLIENT CACHING YES",
            "1 CLIENT TRACKING ON PREFIX a",
            "1 CLIENT TRACKING ON OPTIN OPTOUT",
            "1 CLIENT TRACKING ON BCAST OPTIN",
            "1 CLIENT TRACKING ON REDIRECT 999999",
            "1 CLIENT TRACKING ON REDIRECT x",
            "1 CLIENT TRACKING ON REDIRECT",
            "1 CLIENT TRACKING MAYBE",
            "1 CLIENT TRACKING ON WHAT",
            "1 CLIENT TRACKING",
            "1 CLIENT TRACKING ON",
            "1 CLIENT CACHING WHAT",
            "1 GET a",
            "2 SET a 1");

    /** Runs the scenario. Returns for each line its reply, and what the first client has got by then. */
    private static List<String> run(InetSocketAddress address) throws IOException {
        List<String> shown = new ArrayList<>();
        RespClient one = new RespClient(address);
        RespClient two = new RespClient(address);
        for (String line : SCENARIO) {
            if (line.charAt(1) != ' ') {
                one.close();
                two.close();
                one = new RespClient(address);
                two = new RespClient(address);
                two.call("FLUSHALL");
                continue;
            }
            RespClient client = line.charAt(0) == '1' ? one : two;
            String reply = client.line(line.substring(2));
            shown.add(line + " -> " + (line.contains("HELLO") ? "" : reply) + " " + untilEcho(one));
        }
        one.close();
        two.close();
        return shown;
    }

    /** Returns what a client gets before the reply to an ECHO. An open transaction queues the ECHO, so it has none. */
    private static String untilEcho(RespClient client) throws IOException {
        StringBuilder all = new StringBuilder();
        String end = client == null ? "" : "$3\r\nend\r\n";
        client.sendRaw(RespClient.encode("ECHO", "end"));
        for (String next = client.readRaw();
                !next.equals(end) && !next.startsWith("+QUEUED");
                next = client.readRaw()) {
            all.append(next);
        }
        return all.toString();
    }

    /** Skipped where redis-server is not installed. */
    @Test
    void messages_areThoseOfRedis(@TempDir Path directory) throws Exception {
        try (RedisProcess redis = RedisProcess.start(directory)) {
            List<String> expected = run(redis.address());
            List<String> actual = run(server.address());
            List<String> differences = new ArrayList<>();
            for (int i = 0; i < expected.size(); i++) {
                if (!expected.get(i).equals(actual.get(i))) {
                    differences.add("expected " + expected.get(i) + "\nbut was  " + actual.get(i));
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    @Test
    void redirection_reachesASubscriber(@TempDir Path directory) throws Exception {
        List<Object> ours = redirected(server.address());
        assertThat(ours)
                .isEqualTo(List.of(
                        "OK",
                        List.of("message", "__redis__:invalidate", List.of("k")),
                        "t",
                        "tR",
                        "tracking-redir-broken"));
        try (RedisProcess redis = RedisProcess.start(directory)) {
            assertThat(redirected(redis.address())).isEqualTo(ours);
        }
    }

    private static List<Object> redirected(InetSocketAddress address) throws IOException {
        List<Object> seen = new ArrayList<>();
        try (RespClient tracker = new RespClient(address);
                RespClient writer = new RespClient(address)) {
            try (RespClient subscriber = new RespClient(address)) {
                Object id = subscriber.call("CLIENT", "ID");
                subscriber.call("SUBSCRIBE", "__redis__:invalidate");
                seen.add(tracker.call("CLIENT", "TRACKING", "ON", "REDIRECT", id));
                assertThat(tracker.call("CLIENT", "GETREDIR")).isEqualTo(id);
                tracker.call("GET", "k");
                writer.call("SET", "k", "v");
                seen.add(subscriber.read());
                seen.add(flags(tracker));
                tracker.call("HELLO", "3");
                tracker.call("GET", "k");
            }
            while (writer.call("CLIENT", "LIST").toString().contains("sub=1")) {
                Thread.onSpinWait();
            }
            writer.call("SET", "k", "w");
            Object push = tracker.read();
            seen.add(flags(tracker));
            seen.add(((List<?>) push).get(0));
        }
        return seen;
    }

    private static String flags(RespClient client) throws IOException {
        return client.call("CLIENT", "INFO").toString().replaceAll("(?s).*flags=(\\w+) .*", "$1");
    }

    @Test
    void expiryAndEviction_areChanges() throws IOException {
        client.call("HELLO", "3");
        client.call("CLIENT", "TRACKING", "ON");
        client.call("SET", "k", "v", "PX", "300");
        assertThat(client.call("GET", "k")).isEqualTo("v");
        assertThat(client.read()).isEqualTo(List.of("invalidate", List.of("k")));
        client.call("SET", "big", "x".repeat(100_000));
        assertThat(client.call("STRLEN", "big")).isEqualTo(100_000L);
        try (RespClient other = new RespClient(server.address())) {
            other.call("CONFIG", "SET", "maxmemory", "50kb", "maxmemory-policy", "allkeys-random");
            other.call("SET", "more", "x");
        }
        assertThat(client.read()).isEqualTo(List.of("invalidate", List.of("big")));
    }

    @Test
    void table_isBounded() throws IOException {
        client.call("CONFIG", "SET", "tracking-table-max-keys", "2");
        client.call("HELLO", "3");
        client.call("CLIENT", "TRACKING", "ON");
        client.call("MGET", "a", "b");
        client.sendRaw(RespClient.encode("GET", "c"));
        assertThat(client.read()).isNull();
        assertThat(client.read()).isEqualTo(List.of("invalidate", List.of("a")));
        assertThat(client.call("INFO").toString())
                .contains("tracking_clients:1", "tracking_total_keys:2", "tracking_total_items:2");
        client.call("RESET");
        assertThat(client.call("INFO").toString()).contains("tracking_clients:0", "tracking_total_keys:0");
    }

    /** A cache that follows the messages never shows an old value once all messages are there. */
    @Test
    void cache_hasNoOldValueWhileOthersWrite() throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread writer = new Thread(() -> {
            try (RespClient other = new RespClient(server.address())) {
                for (int i = 1; i <= CHANGES; i++) {
                    other.call("SET", "k" + i % 3, i);
                }
            } catch (IOException e) {
                failure.set(e);
            }
            ends.set(true);
        });
        Map<String, String> cache = new ConcurrentHashMap<>();
        client.call("HELLO", "3");
        client.call("CLIENT", "TRACKING", "ON");
        writer.start();
        int hits = 0;
        boolean last = false;
        while (!last) {
            last = ends.get();
            for (int k = 0; k < 3; k++) {
                hits += cache.containsKey("k" + k) ? 1 : 0;
                readThrough(cache, "k" + k);
            }
        }
        writer.join();
        assertThat(failure.get()).isNull();
        for (int k = 0; k < 3; k++) {
            cache.remove("unused");
            client.sendRaw(RespClient.encode("ECHO", "end"));
            drain(cache, "end");
            readThrough(cache, "k" + k);
            assertThat(cache.get("k" + k)).isEqualTo(valueOnServer("k" + k));
        }
        assertThat(hits).isPositive();
    }

    private void readThrough(Map<String, String> cache, String key) throws IOException {
        if (cache.containsKey(key)) {
            client.sendRaw(RespClient.encode("ECHO", "end"));
            drain(cache, "end");
            return;
        }
        client.sendRaw(RespClient.encode("GET", key));
        Object value = drain(cache, null);
        if (value != null) {
            cache.put(key, value.toString());
        }
    }

    /** Reads up to the next reply, and applies the messages before it. */
    private Object drain(Map<String, String> cache, String expected) throws IOException {
        while (true) {
            Object next = client.read();
            if (!(next instanceof List<?> message)) {
                assertThat(expected == null || expected.equals(next)).isTrue();
                return next;
            }
            ((List<?>) message.get(1)).forEach(cache::remove);
        }
    }

    private String valueOnServer(String key) throws IOException {
        try (RespClient other = new RespClient(server.address())) {
            return (String) other.call("GET", key);
        }
    }

    @Test
    void lettuce_cachesValues() throws Exception {
        RedisClient lettuce =
                RedisClient.create("redis://127.0.0.1:" + server.address().getPort());
        try (StatefulRedisConnection<String, String> connection = lettuce.connect()) {
            Map<String, String> cache = new ConcurrentHashMap<>();
            CacheFrontend<String, String> frontend =
                    ClientSideCaching.enable(CacheAccessor.forMap(cache), connection, TrackingArgs.Builder.enabled());
            client.call("SET", "k", "v");
            assertThat(frontend.get("k")).isEqualTo("v");
            assertThat(cache).containsEntry("k", "v");
            client.call("SET", "k", "w");
            while (cache.containsKey("k")) {
                Thread.sleep(1);
            }
            assertThat(frontend.get("k")).isEqualTo("w");
        } finally {
            lettuce.shutdown();
        }
    }
}
