package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.kv.durable.Durability;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.net.RespServer;
import org.nr4j.server.session.ServerState;

/** The disk, loading, the end of the server, and INFO. */
@Timeout(120)
class OperationsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NO_DIRECTORY =
            "-ERR the server keeps its data in memory only. Start it with a directory (--dir) to save it";

    private KeyValueServer server;
    private RespClient client;

    private void start(String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of("--port", "0"));
        all.addAll(List.of(flags));
        server = KeyValueServer.start(Settings.parse(all));
        client = new RespClient(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            client.close();
            server.close();
        }
    }

    private String info(String section, String field) throws IOException {
        return info(client, section, field);
    }

    private static String info(RespClient client, String section, String field) throws IOException {
        for (String line : client.call("INFO", section).toString().split("\r\n")) {
            if (line.startsWith(field + ":")) {
                return line.substring(field.length() + 1);
            }
        }
        return null;
    }

    private void awaitInfo(String section, String field, String value) throws Exception {
        while (!value.equals(info(section, field))) {
            Thread.sleep(5);
        }
    }

    // ---- the disk ----

    @Test
    void savesAndRewrites_workOnTheLog(@TempDir Path directory) throws Exception {
        start("--dir", directory.toString());
        client.call("SET", "k", "v");
        assertThat(info("persistence", "aof_enabled")).isEqualTo("1");
        assertThat(info("persistence", "rdb_changes_since_last_save")).isEqualTo("1");
        assertThat(client.call("SAVE")).isEqualTo("OK");
        assertThat(info("persistence", "rdb_changes_since_last_save")).isEqualTo("0");
        assertThat(client.call("BGSAVE")).isEqualTo("Background saving started");
        awaitInfo("persistence", "rdb_saves", "2");
        assertThat(info("persistence", "rdb_last_bgsave_status")).isEqualTo("ok");
        assertThat((Long) client.call("LASTSAVE")).isGreaterThan(1_600_000_000L);
        assertThat(client.call("BGREWRITEAOF")).isEqualTo("Background append only file rewriting started");
        awaitInfo("persistence", "aof_rewrites", "1");
        assertThat(server.engine().store().durableStats().snapshots()).isEqualTo(1);
        assertThat(client.call("BGSAVE", "x")).isEqualTo("-ERR syntax error");
    }

    @Test
    void waits_endWithTheDiskOrTheTime(@TempDir Path directory) throws Exception {
        start("--dir", directory.toString(), "--appendfsync", "no");
        client.call("SET", "k", "v");
        long syncs = server.engine().store().durableStats().syncs();
        assertThat(client.call("WAITAOF", "1", "0", "0")).isEqualTo(List.of(1L, 0L));
        assertThat(server.engine().store().durableStats().syncs()).isGreaterThan(syncs);
        client.sendRaw(RespClient.encode("WAITAOF", "1", "1", "2000"));
        client.sendRaw(RespClient.encode("WAIT", "1", "10"));
        client.sendRaw(RespClient.encode("PING"));
        assertThat(client.read()).isEqualTo(List.of(1L, 0L));
        assertThat(client.read()).isEqualTo(0L);
        assertThat(client.read()).isEqualTo("PONG");
        assertThat(client.call("WAIT", "0", "0")).isEqualTo(0L);
        client.call("MULTI");
        client.call("WAIT", "1", "0");
        assertThat(client.call("EXEC")).isEqualTo(List.of(0L));
        assertThat(client.call("WAITAOF", "2", "0", "0"))
                .isEqualTo("-ERR value is out of range, value must between 0 and 1");
        assertThat(client.call("WAIT", "1", "-1")).isEqualTo("-ERR timeout is negative");
    }

    @Test
    void serverInMemory_cannotSave() throws IOException {
        start();
        assertThat(client.call("SAVE")).isEqualTo(NO_DIRECTORY);
        assertThat(client.call("BGSAVE")).isEqualTo(NO_DIRECTORY);
        assertThat(client.call("BGREWRITEAOF")).isEqualTo(NO_DIRECTORY);
        assertThat(client.call("WAITAOF", "1", "0", "0"))
                .isEqualTo("-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
        assertThat(client.call("SHUTDOWN", "SAVE")).isEqualTo("-ERR Errors trying to SHUTDOWN. Check logs.");
        assertThat(info("persistence", "aof_enabled")).isEqualTo("0");
    }

    @Test
    void fullDisk_refusesWritesAndServesReads(@TempDir Path directory) throws Exception {
        Durability durability = Durability.in(directory).minFreeBytes(1L << 40);
        ServerState state = new ServerState(Settings.parse(List.of("--port", "0")));
        try (RespServer resp = RespServer.start(state);
                StoreEngine engine = StoreEngine.open(durability)) {
            state.loaded(engine);
            try (RespClient own = new RespClient(resp.address())) {
                while (!own.call("SET", "k", "v")
                        .equals("-MISCONF Errors writing to the AOF file: " + "No space left on device")) {
                    Thread.sleep(5); // until the log's thread has looked at the room
                }
                assertThat(info(own, "persistence", "aof_last_write_status")).isEqualTo("err");
                assertThat(own.call("EXISTS", "nosuch")).isEqualTo(0L);
            }
        }
    }

    // ---- every write on the disk ----

    @Test
    void always_repliesAfterTheSync(@TempDir Path directory) throws Exception {
        start("--dir", directory.toString(), "--appendfsync", "always");
        KeyValueStore store = server.engine().store();
        for (int i = 0; i < 100; i++) {
            assertThat(client.call("INCR", "n")).isEqualTo(i + 1L);
            assertThat(store.isDurable(store.indexes())).isTrue();
        }
    }

    @Test
    void always_keepsTheOrderOfReplies(@TempDir Path directory) throws Exception {
        start("--dir", directory.toString(), "--appendfsync", "always");
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 50; i++) {
                client.sendRaw(RespClient.encode("SET", "k", i));
                client.sendRaw(RespClient.encode("GET", "k"));
                client.sendRaw(RespClient.encode("ECHO", "e" + i));
            }
            client.sendRaw(RespClient.encode("SUBSCRIBE", "c"));
            client.sendRaw(RespClient.encode("UNSUBSCRIBE", "c"));
            for (int i = 0; i < 50; i++) {
                assertThat(client.read()).isEqualTo("OK");
                assertThat(client.read()).isEqualTo(Integer.toString(i));
                assertThat(client.read()).isEqualTo("e" + i);
            }
            assertThat(client.read()).isEqualTo(List.of("subscribe", "c", 1L));
            assertThat(client.read()).isEqualTo(List.of("unsubscribe", "c", 0L));
        }
        client.sendRaw(RespClient.encode("SET", "k", "last"));
        client.sendRaw(RespClient.encode("QUIT"));
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void always_sharesSyncsAmongConnections(@TempDir Path directory) throws Exception {
        start("--dir", directory.toString(), "--appendfsync", "always");
        int clients = 16;
        int writes = 40;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(CompletableFuture.runAsync(() -> increment(writes), threads));
        }
        CompletableFuture<Void> done = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
        assertThat(done).succeedsWithin(SOON);
        threads.shutdown();
        assertThat(client.call("GET", "n")).isEqualTo(Integer.toString(clients * writes));
        assertThat(server.engine().store().durableStats().syncs()).isLessThan(clients * writes);
    }

    private void increment(int times) {
        try (RespClient own = new RespClient(server.address())) {
            for (int i = 0; i < times; i++) {
                assertThat(own.call("INCR", "n")).isInstanceOf(Long.class);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- begin and end ----

    @Test
    void serverThatLoads_saysSo() throws IOException {
        ServerState state = new ServerState(Settings.parse(List.of("--port", "0")));
        try (RespServer resp = RespServer.start(state);
                RespClient own = new RespClient(resp.address())) {
            state.loading().progress(25, 100);
            String loading = "-LOADING Redis is loading the dataset in memory";
            assertThat(own.call("GET", "k")).isEqualTo(loading);
            assertThat(own.call("PING")).isEqualTo(loading);
            assertThat(own.call("WATCH", "k")).isEqualTo(loading);
            assertThat(own.call("MULTI")).isEqualTo("OK");
            assertThat(own.call("SET", "k", "v")).isEqualTo(loading);
            assertThat(own.call("EXEC").toString()).startsWith("-EXECABORT");
            assertThat(info(own, "all", "loading")).isEqualTo("1");
            assertThat(info(own, "persistence", "loading_total_bytes")).isEqualTo("100");
            assertThat(info(own, "persistence", "loading_loaded_perc")).isEqualTo("25.00");
            try (StoreEngine engine = StoreEngine.open()) {
                state.loaded(engine);
                assertThat(own.call("GET", "k")).isNull();
                assertThat(info(own, "persistence", "loading")).isEqualTo("0");
            }
        }
    }

    @Test
    void shutdown_endsTheServer(@TempDir Path directory) throws Exception {
        start("--dir", directory.toString());
        CompletableFuture<Void> ended = new CompletableFuture<>();
        server.onShutDown(() -> ended.complete(null));
        assertThat(client.call("SHUTDOWN", "SAVE", "NOSAVE")).isEqualTo("-ERR syntax error");
        assertThat(client.call("SHUTDOWN", "ABORT")).isEqualTo("-ERR No shutdown in progress.");
        assertThat(client.call("SHUTDOWN", "x")).isEqualTo("-ERR syntax error");
        assertThat(ended).isNotDone();
        client.sendRaw(RespClient.encode("SHUTDOWN", "NOW"));
        assertThat(ended).succeedsWithin(SOON);
        server.close();
        assertThat(client.isClosedByServer()).isTrue();
    }

    // ---- memory ----

    private void fill(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            assertThat(client.call("SET", "key:" + i, "x".repeat(100))).isEqualTo("OK");
        }
    }

    @Test
    void fullMemory_refusesWritesThatNeedMore() throws IOException {
        start();
        String error = "OOM command not allowed when used memory > 'maxmemory'.";
        fill(0, 10);
        client.call("CONFIG", "SET", "maxmemory", "200");
        assertThat(client.call("SET", "a", "b")).isEqualTo("-" + error);
        assertThat(client.call("GET", "key:1")).isEqualTo("x".repeat(100));
        client.call("MULTI");
        assertThat(client.call("LPUSH", "l", "x")).isEqualTo("-" + error);
        assertThat(client.call("EXEC").toString()).startsWith("-EXECABORT");
        assertThat(client.call("DEL", "key:0", "key:1", "key:2", "key:3", "key:4", "key:5", "key:6", "key:7", "key:8"))
                .isEqualTo(9L);
        assertThat(client.call("SET", "a", "b")).isEqualTo("OK");
        client.call("MULTI");
        client.call("SET", "c", "d");
        client.call("CONFIG", "SET", "maxmemory", "1");
        assertThat(client.call("EXEC")).isEqualTo(List.of("OK", "OK"));
        assertThat(client.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu")
                        .toString())
                .contains("argument(s) must be one of the following");
    }

    @Test
    void lru_keepsTheKeysThatAreUsed() throws Exception {
        start("--maxmemory", "20kb", "--maxmemory-policy", "allkeys-lru", "--maxmemory-samples", "10");
        fill(0, 20);
        Thread.sleep(50); // some ticks of the clock
        for (int i = 20; i < 1_000; i++) {
            fill(i, i + 1);
            client.call("MGET", "key:0", "key:1");
        }
        assertThat(client.call("MGET", "key:0", "key:1")).isEqualTo(List.of("x".repeat(100), "x".repeat(100)));
        assertThat(Long.parseLong(info("stats", "evicted_keys"))).isGreaterThan(700);
        assertThat(Long.parseLong(info("memory", "used_memory"))).isLessThan(21 << 10);
        assertThat((Long) client.call("DBSIZE")).isLessThan(200);
    }

    @Test
    void volatilePolicies_removeOnlyKeysThatExpire() throws IOException {
        start("--maxmemory", "10kb");
        for (String policy : List.of("volatile-ttl", "volatile-lru", "volatile-random")) {
            client.call("FLUSHALL");
            client.call("CONFIG", "SET", "maxmemory", "10kb", "maxmemory-policy", policy);
            fill(0, 40);
            for (int i = 0; i < 200; i++) {
                assertThat(client.call("SET", "v" + i, "x".repeat(100), "EX", 1_000 + i))
                        .isEqualTo("OK");
            }
            for (int i = 0; i < 40; i++) {
                assertThat(client.call("EXISTS", "key:" + i)).isEqualTo(1L);
            }
            client.call("CONFIG", "SET", "maxmemory", "1kb");
            assertThat(client.call("SET", "a", "b").toString()).startsWith("-OOM");
            assertThat(client.call("DBSIZE")).isEqualTo(40L);
        }
    }

    @Test
    void volatileTtl_removesTheKeyThatExpiresFirst() throws IOException {
        start();
        for (int i = 1; i <= 20; i++) {
            client.call("SET", "v" + i, "x".repeat(100), "EX", 1_000 * i);
        }
        client.call("CONFIG", "SET", "maxmemory-samples", "64", "maxmemory-policy", "volatile-ttl");
        client.call("CONFIG", "SET", "maxmemory", "2000");
        assertThat(client.call("SET", "a", "b")).isEqualTo("OK");
        assertThat(client.call("EXISTS", "v20", "v19", "v18")).isEqualTo(3L);
        assertThat(client.call("EXISTS", "v1")).isEqualTo(0L);
    }

    @Test
    void memoryCommands_describeMemory() throws IOException {
        start();
        client.call("SET", "k", "12345");
        assertThat(client.call("MEMORY", "USAGE", "k")).isEqualTo(2L + 1 + 1 + 5);
        for (int i = 0; i < 100; i++) {
            client.call("RPUSH", "l", "x".repeat(10));
        }
        Object all = client.call("MEMORY", "USAGE", "l", "SAMPLES", "0");
        assertThat((Long) all).isGreaterThan(1_000);
        assertThat(client.call("MEMORY", "USAGE", "l")).isEqualTo(all);
        assertThat(client.call("MEMORY", "USAGE", "none")).isNull();
        assertThat(client.call("MEMORY", "USAGE", "k", "SAMPLES", "-1")).isEqualTo("-ERR syntax error");
        assertThat(client.call("MEMORY", "STATS").toString()).contains("keys.count, 2, ");
        assertThat(client.call("MEMORY", "DOCTOR").toString()).contains("memory");
        assertThat(client.call("MEMORY", "PURGE")).isEqualTo("OK");
    }

    // ---- INFO ----

    @Test
    void info_countsHitsMissesCommandsAndErrors() throws IOException {
        start();
        client.call("SET", "k", "v");
        client.call("GET", "k");
        client.call("GET", "none");
        client.call("MGET", "k", "none", "k");
        client.call("STRLEN", "k");
        client.call("LPOP", "k");
        client.call("GET");
        client.call("NOSUCH");
        assertThat(info("stats", "keyspace_hits")).isEqualTo("4");
        assertThat(info("stats", "keyspace_misses")).isEqualTo("2");
        assertThat(info("commandstats", "cmdstat_get"))
                .startsWith("calls=2,usec=")
                .endsWith("rejected_calls=1,failed_calls=0");
        assertThat(info("commandstats", "cmdstat_lpop")).endsWith("rejected_calls=0,failed_calls=1");
        assertThat(info("errorstats", "errorstat_WRONGTYPE")).isEqualTo("count=1");
        assertThat(info("errorstats", "errorstat_ERR")).isEqualTo("count=2");
        client.call("CONFIG", "RESETSTAT");
        assertThat(info("stats", "keyspace_hits")).isEqualTo("0");
        assertThat(info("errorstats", "errorstat_ERR")).isNull();
    }

    @Test
    void info_hasTheSectionsThatAreAskedFor() throws IOException {
        start();
        client.call("SET", "k", "v", "PX", "100000");
        client.call("SET", "k2", "v");
        assertThat(info("keyspace", "db0")).startsWith("keys=2,expires=1,avg_ttl=99");
        assertThat(client.call("INFO", "cpu", "Replication").toString())
                .contains("# Replication\r\nrole:master\r\n", "# CPU\r\nused_cpu_sys:")
                .doesNotContain("# Server");
        assertThat(client.call("INFO").toString())
                .contains("# Server", "# Keyspace")
                .doesNotContain("cmdstat_");
        assertThat(client.call("INFO", "default").toString()).doesNotContain("cmdstat_");
        assertThat(client.call("INFO", "everything").toString()).contains("cmdstat_set:", "# Modules");
        assertThat(client.call("INFO", "nosuch")).isEqualTo("");
    }

    @Test
    void info_countsKeysThatHaveExpired() throws Exception {
        start();
        client.call("SET", "k", "v", "PX", "5");
        awaitInfo("stats", "expired_keys", "1");
        assertThat(client.call("EXISTS", "k")).isEqualTo(0L);
    }
}
