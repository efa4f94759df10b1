package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.server.rdb.Payload;

/** DUMP and RESTORE, against dumps of redis-server, and against a running one where it is installed. */
class DumpTest extends WithServer {
    private static final int DUMPS = 60;
    private static final int STREAMS = 40;

    private static List<String[]> rows(String name) throws IOException {
        try (InputStream in = Payload.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", -1))
                    .toList();
        }
    }

    @Test
    void dump_isThatOfRedis() throws IOException {
        for (String[] row : rows("dumps.txt")) {
            client.call("DEL", "k");
            client.call((Object[]) row[0].split(" ", -1));
            assertThat(HexFormat.of().formatHex(bytes((String) client.call("DUMP", "k"))))
                    .as(row[0])
                    .isEqualTo(row[1]);
            assertThat(client.call("RESTORE", "copy", "0", HexFormat.of().parseHex(row[1]), "REPLACE"))
                    .isEqualTo("OK");
            assertThat(client.call("DUMP", "copy")).isEqualTo(client.call("DUMP", "k"));
        }
    }

    @Test
    void oldEncodings_areRead() throws IOException {
        for (String[] row : rows("old-dumps.txt")) {
            byte[] dump = HexFormat.of().parseHex(row[1]);
            assertThat(client.call("RESTORE", "k", "0", dump, "REPLACE")).isEqualTo("OK");
            assertThat(client.call((Object[]) row[2].split(" "))).as(row[0]).isEqualTo(List.of(row[3].split(" ")));
        }
    }

    @Test
    void hash_isPackedUpTo512Fields() throws IOException {
        for (int i = 0; i < 512; i++) {
            client.call("HSET", "k", "f" + i, "v");
        }
        assertThat(client.call("OBJECT", "ENCODING", "k")).isEqualTo("listpack");
        client.call("HSET", "k", "more", "v");
        assertThat(client.call("OBJECT", "ENCODING", "k")).isEqualTo("hashtable");
    }

    @Test
    void expiry_isRelativeOrAbsolute() throws IOException {
        client.call("SET", "k", "v");
        byte[] dump = bytes((String) client.call("DUMP", "k"));
        assertThat(client.call("RESTORE", "k", "0", dump)).isEqualTo("-BUSYKEY Target key name already exists.");
        assertThat(client.call("RESTORE", "a", "100000", dump)).isEqualTo("OK");
        assertThat((Long) client.call("PTTL", "a")).isBetween(50_000L, 100_000L);
        assertThat(client.call("RESTORE", "b", "99999999999999", dump, "ABSTTL", "IDLETIME", "5"))
                .isEqualTo("OK");
        assertThat(client.call("PEXPIRETIME", "b")).isEqualTo(99999999999999L);
        assertThat(client.call("RESTORE", "k", "1", dump, "ABSTTL", "REPLACE")).isEqualTo("OK");
        assertThat(client.call("EXISTS", "k")).isEqualTo(0L);
        assertThat(client.call("RESTORE", "k", "-1", dump)).isEqualTo("-ERR Invalid TTL value, must be >= 0");
        dump[0]++;
        assertThat(client.call("RESTORE", "k", "0", dump)).isEqualTo("-ERR DUMP payload version or checksum are wrong");
    }

    @Test
    void dumps_areReadByEachOther(@TempDir Path directory) throws Exception {
        try (RedisProcess redis = RedisProcess.start(directory);
                RespClient theirs = new RespClient(redis.address())) {
            Random random = new Random(1);
            for (int i = 0; i < DUMPS; i++) {
                Object[] line = line(random);
                client.call("DEL", "k", "copy");
                theirs.call("DEL", "k", "copy");
                client.call(line);
                theirs.call(line);
                byte[] dump = bytes((String) client.call("DUMP", "k"));
                byte[] their = bytes((String) theirs.call("DUMP", "k"));
                assertThat(client.call("RESTORE", "copy", "0", their)).isEqualTo("OK");
                assertThat(theirs.call("RESTORE", "copy", "0", dump)).isEqualTo("OK");
                assertThat(client.call("DUMP", "copy")).as("%s", line[0]).isEqualTo(client.call("DUMP", "k"));
                assertThat(contents(theirs, line, "copy")).as("%s", line[0]).isEqualTo(contents(theirs, line, "k"));
                if (!line[0].equals("HSET") && !line[0].equals("SADD")) {
                    assertThat(dump).as("%s", line[0]).isEqualTo(their);
                }
            }
        }
    }

    /** A stream to which entries were only added has the same bytes; one with deletions has the same contents. */
    @Test
    void streams_areReadByEachOther(@TempDir Path directory) throws Exception {
        try (RedisProcess redis = RedisProcess.start(directory);
                RespClient theirs = new RespClient(redis.address())) {
            for (int seed = 0; seed < STREAMS; seed++) {
                List<Object[]> lines = streamLines(new Random(seed), seed % 2 == 0);
                for (RespClient each : List.of(client, theirs)) {
                    each.call("FLUSHALL");
                    for (Object[] line : lines) {
                        assertThat(String.valueOf(each.call(line))).doesNotStartWith("-");
                    }
                }
                byte[] dump = bytes((String) client.call("DUMP", "k"));
                byte[] their = bytes((String) theirs.call("DUMP", "k"));
                if (seed % 2 == 0) {
                    assertThat(dump).as("seed %d", seed).isEqualTo(their);
                }
                assertThat(client.call("RESTORE", "copy", "0", their)).isEqualTo("OK");
                assertThat(theirs.call("RESTORE", "copy", "0", dump)).isEqualTo("OK");
                for (RespClient each : List.of(client, theirs)) {
                    assertThat(streamContents(each, "copy")).as("seed %d", seed).isEqualTo(streamContents(each, "k"));
                }
                assertThat(streamContents(client, "k")).as("seed %d", seed).isEqualTo(streamContents(theirs, "k"));
            }
        }
    }

    private static List<Object[]> streamLines(Random random, boolean addsOnly) {
        List<Object[]> lines = new ArrayList<>();
        int count = 1 + random.nextInt(random.nextInt(3) == 0 ? 400 : 20);
        long millis = 1;
        for (int i = 0; i < count; i++) {
            millis += random.nextInt(3);
            List<Object> line = new ArrayList<>(List.of("XADD", "k", millis + "-" + (i + 1)));
            int pairs = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 2;
            for (int k = 0; k < pairs; k++) {
                line.add(random.nextInt(5) == 0 ? element(random, i) : "field" + k);
                line.add(element(random, i));
            }
            lines.add(line.toArray());
        }
        if (!addsOnly) {
            for (int i = 0; i < count / 4; i++) {
                Object[] added = lines.get(random.nextInt(count));
                lines.add(new Object[] {"XDEL", "k", added[2]});
            }
            lines.add(new Object[] {"XTRIM", "k", "MAXLEN", "" + count});
            lines.add(new Object[] {"XGROUP", "CREATE", "k", "g1", "0"});
            lines.add(new Object[] {"XGROUP", "CREATE", "k", "g2", "$", "ENTRIESREAD", "3"});
            lines.add(new Object[] {"XREADGROUP", "GROUP", "g1", "a", "COUNT", "5", "STREAMS", "k", ">"});
            lines.add(new Object[] {"XREADGROUP", "GROUP", "g1", "b", "COUNT", "3", "STREAMS", "k", ">"});
            lines.add(new Object[] {"XACK", "k", "g1", lines.get(0)[2]});
            lines.add(new Object[] {"XSETID", "k", "999999-5", "ENTRIESADDED", "100000"});
        }
        return lines;
    }

    private static List<Object> streamContents(RespClient client, String key) throws IOException {
        List<Object> contents = new ArrayList<>();
        contents.add(client.call("XRANGE", key, "-", "+"));
        contents.add(client.call("XINFO", "GROUPS", key));
        contents.add(client.call("XPENDING", key, "g1").toString().replace("'" + key + "'", "it"));
        List<?> info = (List<?>) client.call("XINFO", "STREAM", key);
        for (String field : List.of("last-generated-id", "max-deleted-entry-id", "entries-added", "length")) {
            contents.add(info.get(info.indexOf(field) + 1));
        }
        return contents;
    }

    private static Object[] line(Random random) {
        String command = List.of("SET", "RPUSH", "HSET", "SADD", "ZADD").get(random.nextInt(5));
        int count = command.equals("SET") ? 1 : 1 + random.nextInt(random.nextInt(3) == 0 ? 700 : 20);
        Stream.Builder<Object> words = Stream.builder().add(command).add("k");
        for (int i = 0; i < count; i++) {
            if (command.equals("ZADD")) {
                words.add("" + random.nextGaussian() * Math.pow(10, random.nextInt(30) - 10));
            }
            words.add(element(random, i));
            if (command.equals("HSET")) {
                words.add(element(random, i));
            }
        }
        return words.build().toArray();
    }

    private static Object element(Random random, int number) {
        return switch (random.nextInt(4)) {
            case 0 -> "" + (random.nextLong() >> random.nextInt(Long.SIZE));
            case 1 -> number + "ab".repeat(random.nextInt(random.nextInt(9) == 0 ? 3_000 : 30));
            default -> {
                byte[] bytes = new byte[1 + random.nextInt(40)];
                random.nextBytes(bytes);
                yield bytes;
            }
        };
    }

    private static Object contents(RespClient client, Object[] line, String key) throws IOException {
        return switch (line[0].toString()) {
            case "SET" -> client.call("GET", key);
            case "RPUSH" -> client.call("LRANGE", key, "0", "-1");
            case "HSET" -> sorted(client.call("HGETALL", key));
            case "SADD" -> sorted(client.call("SMEMBERS", key));
            default -> client.call("ZRANGE", key, "0", "-1", "WITHSCORES");
        };
    }

    private static Object sorted(Object elements) {
        return ((List<?>) elements).stream().map(Object::toString).sorted().toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
