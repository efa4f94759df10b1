package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.kv.KeyValueStore;
import org.nr4j.server.config.Settings;

@Timeout(120)
class HttpTest {
    private static final String HOST = "Host: localhost\r\n";
    private static final int MANY = 100_000;

    private KeyValueServer server;
    private HttpRequests http;
    private RespClient redis;

    @BeforeEach
    void start() throws IOException {
        restart("--port", "0");
    }

    @AfterEach
    void stop() throws IOException {
        redis.close();
        server.close();
    }

    private void restart(String... flags) throws IOException {
        if (server != null) {
            stop();
        }
        server = KeyValueServer.start(Settings.parse(List.of(flags)));
        http = new HttpRequests(server);
        redis = new RespClient(server.address());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    // ---- keys ----

    @Test
    void keys_areThoseOfRedisClients() throws Exception {
        assertThat(http.status("PUT", "/v1/keys/a%00%FF%2Fb/c", "v\0\u00ff")).isEqualTo(201);
        assertThat(redis.call("GET", "a\0\u00ff/b/c")).isEqualTo("v\0\u00ff");
        redis.call("SET", "k", "from redis");
        HttpResponse<String> found = http.get("/v1/keys/k");
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body()).isEqualTo("from redis");
        assertThat(found.headers().firstValue("content-type")).hasValue("application/octet-stream");
        assertThat(http.status("PUT", "/v1/keys/k", "other")).isEqualTo(204);
        assertThat(http.status("DELETE", "/v1/keys/k", null)).isEqualTo(204);
        assertThat(redis.call("EXISTS", "k")).isEqualTo(0L);
        assertThat(http.status("DELETE", "/v1/keys/k", null)).isEqualTo(404);
        assertThat(http.status("GET", "/v1/keys/k", null)).isEqualTo(404);
        assertThat(http.status("PUT", "/v1/keys/" + "k".repeat(65_499), "v")).isEqualTo(201);
        assertThat(http.status("PUT", "/v1/keys/" + "k".repeat(65_500), "v")).isEqualTo(400);
    }

    @Test
    void head_hasTheHeadersAlone() throws Exception {
        redis.call("SET", "k", "12345");
        HttpResponse<String> head = http.send("HEAD", "/v1/keys/k", null);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length")).hasValue("5");
        assertThat(http.get("/v1/keys/k").body()).isEqualTo("12345");
    }

    @Test
    void keyOfAnotherType_isAConflictThatNamesIt() throws Exception {
        redis.call("RPUSH", "l", "a");
        assertThat(http.get("/v1/keys/l").body()).contains("list");
        assertThat(http.status("GET", "/v1/keys/l", null)).isEqualTo(409);
        assertThat(http.status("PUT", "/v1/keys/l", "v")).isEqualTo(409);
        assertThat(http.status("DELETE", "/v1/keys/l", null)).isEqualTo(409);
        assertThat(redis.call("LLEN", "l")).isEqualTo(1L);
    }

    @Test
    void timeToLive_isSetShownAndKept() throws Exception {
        http.send("PUT", "/v1/keys/k?ttl=100", "v");
        assertThat((Long) redis.call("PTTL", "k")).isBetween(90_000L, 100_000L);
        assertThat(http.get("/v1/keys/k").headers().firstValue("nr4j-ttl").orElseThrow())
                .matches("99\\.\\d+|100.*");
        http.send("PUT", "/v1/keys/k?ttl=keep", "w");
        assertThat((Long) redis.call("PTTL", "k")).isBetween(80_000L, 100_000L);
        http.send("PUT", "/v1/keys/k", "x");
        assertThat(redis.call("PTTL", "k")).isEqualTo(-1L);
        http.send("PUT", "/v1/keys/k", "x", "Nr4j-Ttl", "0.05");
        while (http.status("GET", "/v1/keys/k", null) != 404) {
            Thread.sleep(5);
        }
        for (String wrong : List.of("0", "-1", "1e9", "soon", "9999999999999999")) {
            assertThat(http.status("PUT", "/v1/keys/k?ttl=" + wrong, "v"))
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    // ---- conditions ----

    @Test
    void conditions_areThoseOfTheEntityTag() throws Exception {
        assertThat(http.status("PUT", "/v1/keys/k", "1", "If-Match", "*")).isEqualTo(412);
        assertThat(http.status("PUT", "/v1/keys/k", "1", "If-None-Match", "*")).isEqualTo(201);
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-None-Match", "*")).isEqualTo(412);
        String tag = http.get("/v1/keys/k").headers().firstValue("etag").orElseThrow();
        assertThat(http.status("GET", "/v1/keys/k", null, "If-None-Match", "W/\"x\", " + tag))
                .isEqualTo(304);
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-None-Match", tag)).isEqualTo(412);
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-Match", "\"x\"")).isEqualTo(412);
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-Match", "W/" + tag))
                .isEqualTo(412);
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-Match", "\"x\", " + tag))
                .isEqualTo(204);
        assertThat(http.status("DELETE", "/v1/keys/k", null, "If-Match", tag)).isEqualTo(412);
        assertThat(redis.call("GET", "k")).isEqualTo("2");
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-Match", "no quotes"))
                .isEqualTo(400);
        assertThat(http.status("PUT", "/v1/keys/k", "2", "If-Match", "*", "If-None-Match", "*"))
                .isEqualTo(400);
    }

    /** Each thread adds one to a number, by reading it and writing if it is still the same. No addition is lost. */
    @Test
    void conditionalPuts_areAtomic() throws Exception {
        redis.call("SET", "n", "0");
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(CompletableFuture.runAsync(() -> add(50)));
        }
        CompletableFuture.allOf(threads.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        assertThat(redis.call("GET", "n")).isEqualTo("200");
    }

    private void add(int times) {
        try {
            for (int done = 0; done < times; ) {
                HttpResponse<String> found = http.get("/v1/keys/n");
                String tag = found.headers().firstValue("etag").orElseThrow();
                String next = Integer.toString(Integer.parseInt(found.body()) + 1);
                done += http.status("PUT", "/v1/keys/n", next, "If-Match", tag) == 204 ? 1 : 0;
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void put_abortsTransactionsThatWatchTheKey() throws Exception {
        redis.call("WATCH", "k");
        http.send("PUT", "/v1/keys/k", "v");
        redis.call("MULTI");
        redis.call("SET", "k", "mine");
        assertThat(redis.call("EXEC")).isNull();
        assertThat(redis.call("GET", "k")).isEqualTo("v");
    }

    // ---- batches ----

    @Test
    void batch_isAllOrNothing() throws Exception {
        String json = "application/json";
        String both = "[{\"op\":\"put\",\"key\":\"%s\",\"value\":\"%s\"},{\"op\":\"put\",\"key\":\"%s\",\"value\":\"\","
                + "\"ifMatch\":\"*\"}]";
        String batch = both.formatted(base64("a"), base64("1"), base64("b"));
        assertThat(http.status("POST", "/v1/batch", batch, "Content-Type", json))
                .isEqualTo(412);
        assertThat(redis.call("EXISTS", "a", "b")).isEqualTo(0L);
        redis.call("SET", "b", "old");
        HttpResponse<String> done = http.send("POST", "/v1/batch", batch, "Content-Type", json);
        assertThat(done.body()).isEqualTo("{\"results\":[\"created\",\"replaced\"]}");
        assertThat(redis.call("MGET", "a", "b")).isEqualTo(List.of("1", ""));
        assertThat(http.status("POST", "/v1/batch", "[]", "Content-Type", json)).isEqualTo(200);
        assertThat(http.status("POST", "/v1/batch", batch)).isEqualTo(415);
        for (String wrong : List.of(
                "",
                "{}",
                "[",
                "[1]",
                "[{}]",
                "[] []",
                "[{\"op\":\"put\",\"key\":\"!\"}]",
                "[{\"op\":\"get\",\"key\":\"\"}]",
                "[{\"op\":\"delete\",\"key\":\"\",\"ttl\":\"1\"}]",
                "[{\"op\":\"delete\",\"key\":\"\",\"x\":\"1\"}]",
                "[{\"op\":\"delete\",\"key\":\"\",\"key\":\"\"}]",
                "[{op:\"delete\",\"key\":\"\"}]")) {
            assertThat(http.status("POST", "/v1/batch", wrong, "Content-Type", json))
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    // ---- ranges ----

    @Test
    void range_hasBoundsOrderAndLimit() throws Exception {
        redis.call("MSET", "a", "1", "b", "2", "b\u00ff", "3", "c", "4");
        redis.call("SADD", "d", "x", "y");
        assertThat(keys("/v1/range")).containsExactly("a", "b", "b\u00ff", "c", "d");
        assertThat(keys("/v1/range?from=b&to=c")).containsExactly("b", "b\u00ff");
        assertThat(keys("/v1/range?prefix=b")).containsExactly("b", "b\u00ff");
        assertThat(keys("/v1/range?prefix=b&from=b%00")).containsExactly("b\u00ff");
        assertThat(keys("/v1/range?prefix=%FF")).isEmpty();
        assertThat(keys("/v1/range?reverse=true&limit=2")).containsExactly("d", "c");
        assertThat(keys("/v1/range?from=x&to=a")).isEmpty();
        assertThat(keys("/v1/range?limit=0")).isEmpty();
        assertThat(http.get("/v1/range?from=d").body())
                .isEqualTo("{\"key\":\"" + base64("d") + "\",\"type\":\"set\",\"size\":2}\n");
        for (String wrong : List.of("limit=-1", "limit=x", "reverse=perhaps", "form=a", "to=a&to=b")) {
            assertThat(http.status("GET", "/v1/range?" + wrong, null)).as(wrong).isEqualTo(400);
        }
    }

    private List<String> keys(String path) throws Exception {
        JsonArray entries = JsonParser.parseString(
                        http.get(path, "Accept", "application/json").body())
                .getAsJsonArray();
        List<String> keys = new ArrayList<>();
        entries.forEach(entry -> keys.add(new String(
                Base64.getDecoder().decode(entry.getAsJsonObject().get("key").getAsString()),
                StandardCharsets.ISO_8859_1)));
        return keys;
    }

    /** The server reads a page when the client has taken the one before: it never has the whole range. */
    @Test
    void longRange_isReadAsTheClientTakesIt() throws Exception {
        fill();
        try (Socket socket = http.connect()) {
            socket.setReceiveBufferSize(16 << 10);
            socket.getOutputStream().write(request("GET /v1/range", "Connection: close\r\n"));
            InputStream in = socket.getInputStream();
            byte[] first = in.readNBytes(10_000);
            assertThat(new String(first, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 200 OK");
            long pages = settledPages();
            assertThat(pages).as("pages read for a client that has stopped").isBetween(1L, MANY / 500 / 2L);
            socket.setReceiveBufferSize(1 << 20); // else the rest takes ten seconds
            long lines = 0;
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                lines += lines(buffer, read);
            }
            // Some lines were in the bytes read first; each chunk has two line ends more.
            assertThat(lines + lines(first, first.length)).isBetween((long) MANY, MANY + 1_000L);
            assertThat(pages()).isBetween(MANY / 500L, MANY / 500L + 1);
        }
    }

    private void fill() throws IOException {
        for (int i = 0; i < MANY; i += 1_000) {
            List<Object> set = new ArrayList<>(List.of("MSET"));
            for (int k = i; k < i + 1_000; k++) {
                set.add("key:%06d".formatted(k));
                set.add("v".repeat(100));
            }
            assertThat(redis.call(set.toArray())).isEqualTo("OK");
        }
    }

    private long pages() throws Exception {
        return (long) metric(http.get("/metrics").body(), "nr4j_commands_total{command=\"nr.entries\",outcome=\"ok\"}");
    }

    /** Returns the number of pages once it stays the same. */
    private long settledPages() throws Exception {
        long before = -1;
        long now = pages();
        while (now != before) {
            Thread.sleep(200);
            before = now;
            now = pages();
        }
        return now;
    }

    private static long lines(byte[] bytes, int length) {
        long lines = 0;
        for (int i = 0; i < length; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    // ---- plain text ----

    @Test
    void plainText_refusesWhatIsWrong() throws Exception {
        assertThat(http.get("/").body()).startsWith("Usage:");
        assertThat(http.status("GET", "/", null, "Accept", "text/html")).isEqualTo(303);
        assertThat(http.status("GET", "/?key=none", null)).isEqualTo(404);
        assertThat(http.status("DELETE", "/?key=none", null)).isEqualTo(404);
        for (String wrong :
                List.of("?start_key=1", "?key=1&end_key=2", "?start_key=2&end_key=1", "?start_key=b&end_key=a")) {
            assertThat(http.status("GET", "/" + wrong, null)).as(wrong).isEqualTo(400);
        }
        assertThat(http.status("DELETE", "/", null)).isEqualTo(400);
        assertThat(http.status("POST", "/", "")).isEqualTo(400);
        assertThat(http.status("POST", "/", "a,1\nno comma")).isEqualTo(400);
        redis.call("SADD", "s", "x");
        assertThat(http.status("POST", "/", "a,1\ns,2")).isEqualTo(409);
        assertThat(redis.call("EXISTS", "a")).isEqualTo(0L);
        HttpResponse<String> method = http.send("PATCH", "/", null);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("allow")).hasValue("GET, HEAD, POST, DELETE");
    }

    @Test
    void plainText_keepsValuesWholeAndNumbersInOrder() throws Exception {
        assertThat(http.send("POST", "/", "3,3.14,x\r\n20,b\n100,c\nkey:7,value:a,b\n7a,z\n2000,d\n")
                        .body())
                .isEqualTo("Keys saved");
        assertThat(redis.call("GET", "3")).isEqualTo("3.14,x");
        assertThat(http.get("/?start_key=1&end_key=999").body()).isEqualTo("3,3.14,x\n7,a,b\n20,b\n100,c\n");
        assertThat(http.get("/?start_key=20&end_key=20").body()).isEqualTo("20,b\n");
        assertThat(http.get("/?start_key=7&end_key=7b").body()).isEqualTo("7,a,b\n7a,z\n");
        for (int i = 0; i < 2_000; i++) {
            redis.call("SET", "1" + "%05d".formatted(i), "long"); // between 1 and 2 for the store
        }
        redis.call("SET", "9", "last");
        assertThat(http.get("/?start_key=1&end_key=9", "Accept", "application/json")
                        .body())
                .isEqualTo("[\n{\"key\":\"3\",\"value\":\"3.14,x\"},\n{\"key\":\"7\",\"value\":\"a,b\"},\n"
                        + "{\"key\":\"9\",\"value\":\"last\"}\n]\n");
    }

    // ---- elements ----

    @Test
    void elements_areThoseOfEachType() throws Exception {
        redis.call("RPUSH", "list", "a", "b", "c");
        redis.call("HSET", "hash", "f", "v");
        redis.call("ZADD", "zset", "1.5", "m");
        redis.call("SADD", "set", "x");
        assertThat(http.get("/v1/elements/list?limit=2").body()).contains("[\"YQ==\",\"Yg==\"],\"next\":\"2\"");
        assertThat(http.get("/v1/elements/list?limit=2&cursor=2").body()).contains("[\"Yw==\"],\"next\":null");
        assertThat(http.get("/v1/elements/hash").body()).contains("[[\"Zg==\",\"dg==\"]]");
        assertThat(http.get("/v1/elements/zset").body()).contains("[[\"bQ==\",\"" + base64("1.5") + "\"]]");
        assertThat(http.get("/v1/elements/set").body()).contains("\"elements\":[\"eA==\"]");
        assertThat(http.status("GET", "/v1/elements/none", null)).isEqualTo(404);
        assertThat(http.status("GET", "/v1/elements/list?cursor=x", null)).isEqualTo(400);
    }

    // ---- figures ----

    @Test
    void metrics_haveTheFormatOfPrometheus() throws Exception {
        redis.call("SET", "k", "v");
        redis.call("LPUSH", "k", "v");
        redis.call("GET", "k");
        String text = http.get("/metrics").body();
        Pattern sample = Pattern.compile(
                "nr4j_[a-z0-9_]+(\\{[a-z]+=\"([^\"\\\\\n]|\\\\.)*\"(,[a-z]+=\"([^\"\\\\\n]|\\\\.)*\")*})? [-0-9.E+]+");
        Set<String> seen = new HashSet<>();
        Set<String> families = new HashSet<>();
        String family = "";
        for (String line : text.split("\n")) {
            if (line.startsWith("# TYPE ")) {
                family = line.split(" ")[2];
                assertThat(line).matches("# TYPE nr4j_[a-z0-9_]+ (counter|gauge|histogram)");
                assertThat(families.add(family)).as("one type for %s", family).isTrue();
            } else if (!line.startsWith("# HELP ")) {
                assertThat(line).matches(sample).startsWith(family);
                assertThat(seen.add(line.substring(0, line.lastIndexOf(' '))))
                        .as(line)
                        .isTrue();
            }
        }
        assertThat(metric(text, "nr4j_commands_total{command=\"lpush\",outcome=\"error\"}"))
                .isEqualTo(1);
        assertThat(metric(text, "nr4j_commands_total{command=\"get\",outcome=\"ok\"}"))
                .isEqualTo(1);
        assertThat(metric(text, "nr4j_keys{database=\"0\"}")).isEqualTo(1);
        assertThat(metric(text, "nr4j_received_bytes_total{protocol=\"resp\"}")).isGreaterThan(50);
    }

    private static double metric(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    // ---- the protocol ----

    private static byte[] request(String line, String headers) {
        return (line + " HTTP/1.1\r\n" + HOST + headers + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void pipeline_isAnsweredInItsOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            requests.append("PUT /v1/keys/k").append(i).append(" HTTP/1.1\r\n").append(HOST);
            requests.append("Content-Length: 1\r\n\r\nv");
            requests.append("GET /none")
                    .append(i)
                    .append(" HTTP/1.1\r\n")
                    .append(HOST)
                    .append("\r\n");
            requests.append("HEAD /v1/keys/k")
                    .append(i)
                    .append(" HTTP/1.1\r\n")
                    .append(HOST)
                    .append("\r\n");
        }
        requests.append("GET /health HTTP/1.1\r\n").append(HOST).append("Connection: close\r\n\r\n");
        List<String> statuses = http.raw(requests.toString())
                .lines()
                .filter(line -> line.startsWith("HTTP/1.1 "))
                .map(line -> line.substring(9, 12))
                .toList();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            expected.addAll(List.of("201", "404", "200"));
        }
        expected.add("200");
        assertThat(statuses).isEqualTo(expected);
    }

    @Test
    void halfClosedConnection_getsItsResponse() throws IOException {
        try (Socket socket = http.connect()) {
            socket.getOutputStream().write(request("GET /health", ""));
            socket.shutdownOutput();
            assertThat(HttpRequests.readAll(socket)).contains("{\"status\":\"ok\"}");
        }
        try (Socket socket = http.connect()) { // the second request is not whole, and will never be
            String half = "PUT /v1/keys/k HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhel";
            socket.getOutputStream().write(request("GET /v1/keys/none", ""));
            socket.getOutputStream().write(half.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            assertThat(HttpRequests.readAll(socket)).startsWith("HTTP/1.1 404 ").doesNotContain("HTTP/1.1 2");
        }
        assertThat(redis.call("EXISTS", "k")).isEqualTo(0L);
    }

    @Test
    void continue_isSentBeforeTheBodyOnlyIfTheRequestIsLetIn() throws IOException {
        try (Socket socket = http.connect()) {
            String headers = "Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n";
            socket.getOutputStream().write(request("PUT /v1/keys/k", headers));
            String first = new String(socket.getInputStream().readNBytes(25), StandardCharsets.ISO_8859_1);
            assertThat(first).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write("abc".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(HttpRequests.readAll(socket)).startsWith("HTTP/1.1 201 Created");
        }
        String tooLong = "PUT /v1/keys/k HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999\r\nExpect: ";
        assertThat(http.raw(tooLong + "100-continue\r\n\r\n")).startsWith("HTTP/1.1 413 ");
        assertThat(http.raw("GET /health HTTP/1.1\r\n" + HOST + "Expect: more\r\nContent-Length: 1\r\n\r\n"))
                .startsWith("HTTP/1.1 417 ");
    }

    @Test
    void wrongRequests_areRefusedAndTheConnectionEnds() throws Exception {
        restart("--port", "0", "--http-max-body-len", "1000");
        String chunks = "PUT /v1/keys/k HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
        assertThat(http.raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(http.raw("GET /health HTTP/1.1\r\n\r\n" + "GET /health HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        for (String target : List.of("/v1/keys/%4", "/v1/keys/%zz", "/v1/range?from=%", "health", "*")) {
            assertThat(http.raw("GET " + target + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"))
                    .as(target)
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(http.raw("GET /health HTTP/3.7\r\n" + HOST + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 505 ");
        assertThat(http.raw(chunks + "zz\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(http.raw(chunks + "500\r\n" + "x".repeat(0x500) + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(http.raw("GET /" + "x".repeat(300_000) + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(http.raw("GET / HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(http.status("PUT", "/v1/keys/k", "x".repeat(1_001))).isEqualTo(413);
        assertThat(http.status("PUT", "/v1/keys/k", "x".repeat(1_000))).isEqualTo(201);
    }

    @Test
    void slowClients_areDisconnected() throws Exception {
        restart("--port", "0", "--http-timeout", "1");
        assertThat(http.raw("GET /health HTTP/1.1\r\nHo")).startsWith("HTTP/1.1 408 ");
        assertThat(http.raw("")).isEmpty();
        redis.call("SET", "big", "x".repeat(32 << 20));
        try (Socket socket = http.connect()) {
            socket.getOutputStream().write(request("GET /v1/keys/big", ""));
            while (metric(http.get("/metrics").body(), "nr4j_clients") > 2) { // this reader, and who asks
                Thread.sleep(50);
            }
        }
        assertThat(metric(http.get("/metrics").body(), "nr4j_sent_bytes_total{protocol=\"http\"}"))
                .as("bytes written for a client that reads nothing")
                .isLessThan(16 << 20);
    }

    @Test
    void bigValue_comesWhole() throws Exception {
        String value = "0123456789abcdef".repeat(1 << 18);
        assertThat(http.status("PUT", "/v1/keys/big", value)).isEqualTo(201);
        assertThat(http.get("/v1/keys/big").body()).isEqualTo(value);
        for (int i = 0; i < 20; i++) { // the connection ends behind the response, however slowly that is sent
            String response = http.raw("GET /v1/keys/big HTTP/1.0\r\n\r\n");
            assertThat(response.substring(response.indexOf("\r\n\r\n") + 4).equals(value))
                    .isTrue();
        }
    }

    @Test
    void connections_countAmongTheClients() throws Exception {
        restart("--port", "0", "--maxclients", "2");
        try (Socket socket = http.connect()) {
            socket.getOutputStream().write(request("GET /health", ""));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            try (Socket refused = http.connect()) {
                assertThat(HttpRequests.readAll(refused)).isEmpty();
            } catch (SocketException e) {
                // Closed before the client has noticed that it was connected.
            }
            assertThat(redis.call("CLIENT", "LIST").toString().split("id=")).hasSize(3);
        }
    }

    // ---- security ----

    @Test
    void password_isAskedForButForTheHealth() throws Exception {
        restart("--port", "0", "--requirepass", "pass:word");
        String right =
                "Basic " + Base64.getEncoder().encodeToString("default:pass:word".getBytes(StandardCharsets.UTF_8));
        assertThat(http.status("GET", "/health", null)).isEqualTo(200);
        for (String path : List.of("/", "/v1/keys/k", "/v1/range", "/metrics", "/ui/", "/v1/figures", "/health/")) {
            HttpResponse<String> refused = http.get(path);
            assertThat(refused.statusCode()).as(path).isEqualTo(401);
            assertThat(refused.headers().firstValue("www-authenticate").orElseThrow())
                    .startsWith("Basic ");
        }
        assertThat(http.status("PUT", "/v1/keys/k", "v".repeat(100_000))).isEqualTo(401);
        for (String wrong :
                List.of("Basic x", "Basic " + base64("default:wrong"), "Basic " + base64("default"), "Bearer x")) {
            assertThat(http.status("GET", "/metrics", null, "Authorization", wrong))
                    .as(wrong)
                    .isEqualTo(401);
        }
        String withLogin = "GET /v1/keys/k HTTP/1.1\r\n" + HOST + "Authorization: " + right + "\r\n\r\n";
        String without = "GET /v1/keys/k HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
        assertThat(http.raw(withLogin + without)).containsSubsequence("HTTP/1.1 404 ", "HTTP/1.1 401 ");
    }

    /** A user may do over HTTP what the user may do as a Redis client, and see no more. */
    @Test
    void users_haveTheirRights() throws Exception {
        String rights = "alice on >secret ~a:* +@string +@read +nr.apply";
        restart("--port", "0", "--requirepass", "root", "--user", rights, "--user", "bob on >secret ~* +@read +info");
        redis.call("AUTH", "root");
        redis.call("MSET", "a:1", "mine", "b:1", "hidden");
        String alice = "Basic " + base64("alice:secret");
        assertThat(http.get("/v1/keys/a:1", "Authorization", alice).body()).isEqualTo("mine");
        assertThat(http.status("PUT", "/v1/keys/a:1", "new", "Authorization", alice))
                .isEqualTo(204);
        for (String path : List.of("/v1/keys/b:1", "/v1/range", "/v1/range?prefix=a:", "/metrics", "/v1/figures")) {
            HttpResponse<String> refused = http.get(path, "Authorization", alice);
            assertThat(refused.statusCode()).as(path).isEqualTo(403);
            assertThat(refused.body()).startsWith("NOPERM");
        }
        String bob = "Basic " + base64("bob:secret");
        assertThat(http.get("/v1/range?prefix=b", "Authorization", bob).body()).contains(base64("hidden"));
        assertThat(http.status("GET", "/metrics", null, "Authorization", bob)).isEqualTo(200);
        assertThat(http.status("PUT", "/v1/keys/b:1", "x", "Authorization", bob))
                .isEqualTo(403);
    }

    /** The first response shows writes that are on the disk, those of other clients among them. */
    @Test
    void responses_waitForTheDisk(@TempDir Path directory) throws Exception {
        restart("--port", "0", "--dir", directory.toString(), "--appendfsync", "always");
        KeyValueStore store = server.engine().store();
        for (int i = 0; i < 50; i++) {
            assertThat(http.status("PUT", "/v1/keys/k", "v" + i)).isBetween(201, 204);
            assertThat(store.isDurable(store.indexes())).isTrue();
            redis.sendRaw(RespClient.encode("SET", "k", "w" + i));
            assertThat(http.get("/v1/keys/k").body()).isIn("v" + i, "w" + i);
            assertThat(redis.read()).isEqualTo("OK");
        }
    }

    @Test
    void pagesOfOtherSites_areRefused() throws Exception {
        String close = "Connection: close\r\n\r\n";
        assertThat(http.raw("GET /health HTTP/1.1\r\nHost: evil.example\r\n" + close))
                .startsWith("HTTP/1.1 421 ");
        assertThat(http.raw("GET /health HTTP/1.1\r\nHost: [::1]:80\r\n" + close))
                .startsWith("HTTP/1.1 200 ");
        assertThat(http.status("POST", "/", "k,v", "Origin", "http://evil.example"))
                .isEqualTo(403);
        assertThat(http.status("POST", "/", "k,v", "Sec-Fetch-Site", "cross-site"))
                .isEqualTo(403);
        String own = http.uri("").toString();
        assertThat(http.status("POST", "/", "k,v", "Origin", own, "Sec-Fetch-Site", "same-origin"))
                .isEqualTo(200);
    }

    // ---- any bytes ----

    /** Random changes of requests. Whatever comes, the server answers the next client. */
    @Test
    void randomBytes_breakNothing() throws Exception {
        Random random = new Random(7);
        List<String> seeds = List.of(
                "GET /v1/range?from=a&to=b&limit=3 HTTP/1.1\r\n" + HOST + "\r\n",
                "PUT /v1/keys/%41?ttl=3 HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nIf-Match: \"x\"\r\n\r\nhello",
                "POST /v1/batch HTTP/1.1\r\n" + HOST
                        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\n[]\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 16\r\nExpect: 100-continue\r\n\r\nkey:1,value:2000",
                "GET /?start_key=1&end_key=99 HTTP/1.0\r\n\r\n");
        for (int i = 0; i < 1_500; i++) {
            StringBuilder bytes = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
            bytes.append(seeds.get(random.nextInt(seeds.size())));
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                int at = random.nextInt(Math.max(1, bytes.length() - 1));
                switch (random.nextInt(4)) {
                    case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> bytes.deleteCharAt(at);
                    case 2 -> bytes.insert(at, (char) random.nextInt(256));
                    default -> bytes.setLength(at + 1);
                }
            }
            String sent = bytes.toString();
            try (Socket socket = http.connect()) {
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                assertThat(HttpRequests.readAll(socket)).as(sent).doesNotContain("HTTP/1.1 500 ");
            } catch (SocketException e) {
                // The server has closed the connection while the client sent.
            } catch (IOException e) {
                fail("seed step %d: %s", i, sent, e);
            }
        }
        assertThat(http.status("GET", "/health", null)).isEqualTo(200);
        while (!"1"
                .equals(Integer.toString(redis.call("CLIENT", "LIST").toString().split("id=").length - 2))) {
            Thread.sleep(20); // all but this client and the one that asked for the health are gone
        }
    }
}
