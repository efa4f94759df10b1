package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nr4j.kv.KeyRange;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.engine.Unit;
import org.nr4j.server.protocol.InlineParser;
import org.nr4j.server.protocol.ReplyWriter;

/** Scripts and functions: beside those of a real redis-server, within their limits, and after a restart. */
@Timeout(120)
class ScriptTest {
    private static final String SEPARATOR = "\n----\n";

    /** Depends on all that a script could use to behave differently on another replica. */
    private static final String TEMPTATIONS = """
            local weak = setmetatable({}, {__mode = 'k'})
            for i = 1, 2000 do weak[{}] = i end
            local live = 0
            local ok = pcall(function() for _ in pairs(weak) do live = live + 1 end end)
            local names = {tostring({}), tostring(redis.call), tostring(function() end)}
            local walked = {}
            for k, v in pairs({a = 1, b = 2, [3] = 4, [5.5] = 6, [true] = 7}) do
                walked[#walked + 1] = tostring(k) .. tostring(v)
            end
            redis.call('rpush', KEYS[1], tostring(ok), live, collectgarbage('count'), gcinfo(), unpack(names))
            redis.call('rpush', KEYS[1], unpack(walked))
            redis.call('rpush', KEYS[1], math.random(), math.random(1000), unpack(redis.call('time')))
            redis.call('sadd', KEYS[2], 1, 2, 3, 4, 5, 6, 7, 8, 9)
            redis.call('rpush', KEYS[1], redis.call('spop', KEYS[2]), redis.call('srandmember', KEYS[2]))
            """;

    private KeyValueServer server;
    private RespClient client;

    @BeforeEach
    void start() throws IOException {
        restart("--port", "0");
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private void restart(String... flags) throws IOException {
        if (server != null) {
            stop();
        }
        server = KeyValueServer.start(Settings.parse(List.of(flags)));
        client = new RespClient(server.address());
    }

    private Object eval(String script, Object... rest) throws IOException {
        return evalOn(client, script, rest);
    }

    private static Object evalOn(RespClient client, String script, Object... rest) throws IOException {
        List<Object> line = new ArrayList<>(List.of("EVAL", script));
        line.addAll(rest.length == 0 ? List.of(0) : List.of(rest));
        return client.call(line.toArray());
    }

    // ---- beside Redis ----

    private static List<Object[]> lines() throws IOException {
        String all = new String(
                ScriptTest.class.getResourceAsStream("scripts.txt").readAllBytes(), StandardCharsets.ISO_8859_1);
        List<Object[]> lines = new ArrayList<>();
        for (String each : all.split(SEPARATOR)) {
            String text = each.strip();
            lines.add(
                    text.startsWith("!")
                            ? InlineParser.split(text.substring(1).getBytes(StandardCharsets.ISO_8859_1))
                            : new Object[] {"EVAL", text, "2", "k1", "k2", "a1", "a2"});
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void scripts_haveTheRepliesOfRedis(int protocol, @TempDir Path directory) throws Exception {
        try (RedisProcess redis = RedisProcess.start(directory);
                RespClient theirs = new RespClient(redis.address())) {
            if (protocol == 3) {
                theirs.call("HELLO", "3");
                client.call("HELLO", "3");
            }
            List<String> differences = new ArrayList<>();
            for (Object[] line : lines()) {
                String expected = theirs.raw(line);
                String actual = client.raw(line);
                if (!actual.equals(expected)) {
                    differences.add(shown(line) + "\n  expected " + expected + "\n  but was  " + actual);
                }
            }
            assertThat(differences).isEmpty();
        }
    }

    private static String shown(Object[] line) {
        return line[1] instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.ISO_8859_1)
                : String.valueOf(line[1]);
    }

    @Test
    void dumpOfRedis_isRestored(@TempDir Path directory) throws Exception {
        String code = "#!lua name=lib\n" + "-- a comment that can be compressed\n".repeat(20)
                + "redis.register_function('f', function() return 'here' end)";
        try (RedisProcess redis = RedisProcess.start(directory);
                RespClient theirs = new RespClient(redis.address())) {
            theirs.call("FUNCTION", "LOAD", code);
            assertThat(client.call("FUNCTION", "RESTORE", theirs.call("FUNCTION", "DUMP")))
                    .isEqualTo("OK");
            assertThat(client.call("FCALL", "f", "0")).isEqualTo("here");
            Object ours = client.call("FUNCTION", "DUMP");
            assertThat(ours).isEqualTo(theirs.call("FUNCTION", "DUMP"));
            assertThat(theirs.call("FUNCTION", "RESTORE", ours, "FLUSH")).isEqualTo("OK");
            assertThat(theirs.call("FCALL", "f", "0")).isEqualTo("here");
        }
    }

    // ---- limits ----

    static Stream<String> endless() {
        return Stream.of(
                "while true do end",
                "while true do pcall(function() while true do end end) end",
                "local f = coroutine.wrap(function() while true do pcall(function() while true do end end) end end) f()",
                "local s = 'x' while true do s = s .. s end",
                "return string.rep('x', 2000000000)",
                "local t = {} for i = 1, 1e6 do t[i] = 1 end while true do table.insert(t, 1, table.remove(t, 1)) end",
                "local t = {} for i = 1, 1e6 do t[i] = '' end while true do table.concat(t) end",
                "for i = 1, 1e9 do coroutine.create(function() end) end");
    }

    @ParameterizedTest
    @MethodSource("endless")
    void endlessScript_isEndedAndUndone(String script) throws IOException {
        String reply = eval("redis.call('set', 'k', 'v') " + script).toString();
        assertThat(reply).startsWith("-ERR the server could not run the command: a script must stay below");
        assertThat(client.call("EXISTS", "k")).isEqualTo(0L);
        assertThat(eval("return 'alive'")).isEqualTo("alive");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local t = {} t.t = t return cjson.encode(t)",
                "return cjson.decode(string.rep('[', 100000))",
                "return cmsgpack.unpack(string.rep('\\145', 100000))",
                "local function f(s) return string.gsub(s, '.', f) end return f('a')",
                "return string.find(string.rep('a', 100000), string.rep('a?', 100000))",
                "local function f() return coroutine.wrap(f)() end return f()",
                "local function f() return 1 + f() end return f()",
                "local m = {} m.__index = function(t, k) return setmetatable({}, m)[k] end return setmetatable({}, m).x"
            })
    void deepNesting_isAnError(String script) throws IOException {
        assertThat(eval(script).toString()).startsWith("-ERR");
        assertThat(eval("return 'alive'")).isEqualTo("alive");
    }

    @Test
    void emptyString_isRepeatedAtOnce() throws IOException {
        assertThat(eval("return string.rep('', 1e15)")).isEqualTo("");
    }

    @Test
    void compiledChunk_isRefused() throws IOException {
        assertThat(eval("return {loadstring(string.dump(function() return 1 end))}"))
                .isEqualTo(List.of());
        assertThat(eval("\033Lua").toString()).startsWith("-ERR Error compiling script");
        assertThat(client.call("FUNCTION", "LOAD", "#!lua name=lib\n\033Lua").toString())
                .startsWith("-ERR Error");
    }

    // ---- what a run leaves ----

    @Test
    void failedScript_keepsWhatItHasWritten() throws IOException {
        assertThat(eval("redis.call('set', 'k', 'v') error('late')").toString()).startsWith("-ERR user_script:1: late");
        assertThat(client.call("GET", "k")).isEqualTo("v");
    }

    @Test
    void nothing_isLeftInTheInterpreter() throws IOException {
        eval("table.insert(redis, 'x') cjson.encode_max_depth(1) KEYS.x = 1");
        eval("getmetatable('').__index = nil");
        eval("string.rep = nil");
        assertThat(eval("return {#redis, cjson.encode_max_depth(), ('x'):rep(2), tostring(KEYS.x)}"))
                .isEqualTo(List.of(0L, 1000L, "xx", "nil"));
        client.call(
                "FUNCTION",
                "LOAD",
                "#!lua name=lib\nlocal n = 0 redis.register_function('f', function() n = n + 1 return n end)");
        assertThat(client.call("FCALL", "f", "0")).isEqualTo(1L);
        assertThat(client.call("FCALL", "f", "0")).isEqualTo(1L);
    }

    @Test
    void tableWithoutAnOrder_cannotBeWalked() throws IOException {
        String reply = eval("for k in pairs({[{}] = 1, [{}] = 2}) do end").toString();
        assertThat(reply).startsWith("-ERR user_script:1: a table whose keys are tables or functions has no order");
    }

    // ---- the cache ----

    @Test
    void script_isKnownWithinAPipelineAndATransaction() throws IOException {
        String script = "return redis.call('incr', KEYS[1])";
        String sha1 = (String) eval("return redis.sha1hex(ARGV[1])", 0, script);
        client.sendRaw(RespClient.encode("EVAL", script, "1", "n"));
        client.sendRaw(RespClient.encode("EVALSHA", sha1, "1", "n"));
        client.sendRaw(RespClient.encode("SCRIPT", "FLUSH"));
        client.sendRaw(RespClient.encode("EVALSHA", sha1, "1", "n"));
        assertThat(client.read()).isEqualTo(1L);
        assertThat(client.read()).isEqualTo(2L);
        assertThat(client.read()).isEqualTo("OK");
        assertThat(client.read()).isEqualTo("-NOSCRIPT No matching script. Please use EVAL.");
        client.call("MULTI");
        client.call("SCRIPT", "LOAD", script);
        client.call("EVALSHA", sha1, "1", "n");
        client.call("EVALSHA", sha1.toUpperCase(java.util.Locale.ROOT), "1", "n");
        assertThat(client.call("EXEC")).isEqualTo(List.of(sha1, 3L, 4L));
    }

    @Test
    void scriptsOfManyClients_runAtTheSameTime() {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(CompletableFuture.runAsync(() -> {
                try (RespClient each = new RespClient(server.address())) {
                    for (int k = 0; k < 200; k++) {
                        evalOn(each, "return redis.call('incrby', KEYS[1], ARGV[1])", 1, "n", k);
                        assertThat(each.call("EVAL_RO", "return redis.call('get', KEYS[1])", "1", "n"))
                                .isNotNull();
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        clients.forEach(CompletableFuture::join);
        assertThat(server.engine().value(0, "n".getBytes(StandardCharsets.US_ASCII)))
                .asString()
                .endsWith("" + 8 * 199 * 100);
    }

    @Test
    void script_servesClientsThatWait() throws IOException {
        try (RespClient waiting = new RespClient(server.address())) {
            waiting.sendRaw(RespClient.encode("BLPOP", "list", "0"));
            while (!client.call("CLIENT", "LIST").toString().contains("cmd=blpop")) {
                Thread.onSpinWait();
            }
            eval("return redis.call('rpush', KEYS[1], 'x')", 1, "list");
            assertThat(waiting.read()).isEqualTo(List.of("list", "x"));
        }
    }

    @Test
    void script_servesClientsThatWaitForKeysThatItDoesNotDeclare() throws IOException {
        try (RespClient waiting = new RespClient(server.address())) {
            waiting.sendRaw(RespClient.encode("BLPOP", "list", "0"));
            while (!client.call("CLIENT", "LIST").toString().contains("cmd=blpop")) {
                Thread.onSpinWait();
            }
            eval("return redis.call('rpush', 'list', 'x')");
            assertThat(waiting.read()).isEqualTo(List.of("list", "x"));
        }
    }

    // ---- rights ----

    /** Each line of a user with few rights has the reply of Redis, also in a transaction and in functions. */
    @Test
    void script_mayDoWhatItsUserMay(@TempDir Path directory) throws Exception {
        String library =
                "#!lua name=lib\nredis.register_function('f', function(k, a) return redis.call(unpack(a)) end)";
        List<List<String>> lines = List.of(
                List.of("EVAL", "return redis.call('set', 'a', 'b')", "0"),
                List.of("EVAL", "return redis.call('get', 'b')", "0"),
                List.of("EVAL", "return redis.call('get', 'a')", "0"),
                List.of("EVAL_RO", "return redis.pcall('get', 'b')", "0"),
                List.of("EVAL", "return redis.call('sort', 'a', 'by', 'x*')", "0"),
                List.of("EVAL", "return {redis.acl_check_cmd('get', 'b'), redis.acl_check_cmd('get', 'a')}", "0"),
                List.of("FCALL", "f", "0", "get", "b"),
                List.of("FCALL_RO", "f", "0", "get", "b"),
                List.of("FCALL", "f", "0", "get", "a"),
                List.of("MULTI"),
                List.of("EVAL", "return redis.call('get', 'b')", "0"),
                List.of("EXEC"));
        try (RedisProcess redis = RedisProcess.start(directory);
                RespClient theirs = new RespClient(redis.address())) {
            for (RespClient each : List.of(theirs, client)) {
                each.call("FUNCTION", "LOAD", library);
                each.call(
                        "ACL", "SETUSER", "bob", "on", "nopass", "~a*", "(~c* +@all)", "+@scripting", "+get", "+sort");
                each.call("ACL", "SETUSER", "bob", "+multi", "+exec");
                each.call("AUTH", "bob", "x");
            }
            for (List<String> line : lines) {
                assertThat(client.raw(line.toArray())).as("%s", line).isEqualTo(theirs.raw(line.toArray()));
            }
        }
    }

    // ---- disk and replicas ----

    @Test
    void functionsAndEffects_surviveARestart(@TempDir Path directory) throws IOException {
        String[] flags = {"--port", "0", "--dir", directory.toString()};
        restart(flags);
        client.call(
                "FUNCTION",
                "LOAD",
                "#!lua name=lib\nredis.register_function('f', function(k, a) return redis.call('append', k[1], a[1]) end)");
        client.call("FCALL", "f", "1", "k", "a");
        client.call("FLUSHALL");
        client.call("FCALL", "f", "1", "k", "b");
        eval("redis.call('set', 'e', '1') error('x')");
        String sha1 = (String) client.call("SCRIPT", "LOAD", "return 1");
        restart(flags);
        assertThat(client.call("FCALL", "f", "1", "k", "c")).isEqualTo(2L);
        assertThat(client.call("MGET", "k", "e")).isEqualTo(List.of("bc", "1"));
        assertThat(client.call("SCRIPT", "EXISTS", sha1)).isEqualTo(List.of(0L));
        assertThat(client.call("DBSIZE")).isEqualTo(2L);
    }

    /** A recovery runs the commands of the log again, as another replica does. */
    @Test
    void scripts_doTheSameWhenTheLogRunsAgain(@TempDir Path directory) throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        Path original = directory.resolve("original");
        try (StoreEngine engine = open(original)) {
            for (int i = 0; i < 20; i++) {
                ReplyBatch replies = engine.write(List.of(unit("EVAL", TEMPTATIONS, "2", "list" + i, "set" + i)));
                assertThat(replies.nextUnit()).isTrue();
                ReplyWriter reply = new ReplyWriter(64);
                replies.next(reply);
                assertThat(reply.toByteArray()).asString().isEqualTo("$-1\r\n");
            }
            engine.persist().join();
            copyFiles(original, copy);
            assertThat(engine.value(0, "list19".getBytes(StandardCharsets.US_ASCII)))
                    .isNotNull();
            try (StoreEngine again = open(copy)) {
                for (int i = 0; i < 20; i++) {
                    assertThat(again.value(0, ("list" + i).getBytes(StandardCharsets.US_ASCII)))
                            .as("list%d", i)
                            .isNotNull();
                }
                assertThat(again.elements()).isEqualTo(engine.elements());
                assertThat(again.store().fingerprint(KeyRange.all()))
                        .isEqualTo(engine.store().fingerprint(KeyRange.all()));
            }
        }
    }

    private static StoreEngine open(Path directory) {
        return StoreEngine.open(
                Durability.in(directory).syncPolicy(SyncPolicy.ALWAYS),
                builder -> builder.replicas(2).fingerprints(true));
    }

    private static Unit unit(String... words) {
        byte[][] arguments = Stream.of(words)
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toArray(byte[][]::new);
        Request request = new Request(CommandTable.instance().lookUp(arguments), arguments, 0);
        return new Unit(1, false, null, List.of(request));
    }

    private static void copyFiles(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
