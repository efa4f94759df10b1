package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nr4j.server.config.Settings;

/** The commands over the order of keys, which Redis does not have. */
@Timeout(60)
class OrderCommandsTest extends WithServer {
    private static final int KEYS = 300;

    private Object line(String line) throws IOException {
        return client.call((Object[]) line.split(" "));
    }

    @Test
    void ranges_areInOrderFromBothEnds() throws IOException {
        line("MSET d 4 a 1 c 3 b 2");
        line("RPUSH b:list x y");
        line("SELECT 1");
        line("SET other 1");
        line("SELECT 0");
        assertThat(line("NR.RANGE - +")).isEqualTo(List.of("a", "b", "b:list", "c", "d"));
        assertThat(line("NR.RANGE [b (c")).isEqualTo(List.of("b", "b:list"));
        assertThat(line("NR.RANGE (b [c")).isEqualTo(List.of("b:list", "c"));
        assertThat(line("NR.RANGE - + REV LIMIT 1 2")).isEqualTo(List.of("c", "b:list"));
        assertThat(line("NR.RANGE - + LIMIT 3 -1")).isEqualTo(List.of("c", "d"));
        for (String none : List.of("[c [b", "[x +", "- + LIMIT 5 1", "- + LIMIT -1 1", "- + LIMIT 0 0")) {
            assertThat(line("NR.RANGE " + none)).as(none).isEqualTo(List.of());
        }
        assertThat(line("NR.RANGE b +")).isEqualTo("-ERR min or max not valid string range item");
        assertThat(line("NR.RANGE - + LIMIT 1")).isEqualTo("-ERR syntax error");
        assertThat(line("NR.RANGE - + LIMIT x 1")).isEqualTo("-ERR value is not an integer or out of range");
    }

    /** The same as a set of keys beside it, for random bounds. */
    @Test
    void ranksAndCounts_areThoseOfASortedSet() throws IOException {
        Random random = new Random(1);
        TreeSet<String> model = new TreeSet<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "k" + random.nextInt(10 * KEYS);
            model.add(key);
            client.call(random.nextBoolean() ? "SET" : "RPUSH", key, "v");
        }
        List<String> sorted = new ArrayList<>(model);
        for (int i = 0; i < KEYS; i++) {
            String a = "k" + random.nextInt(10 * KEYS);
            String b = "k" + random.nextInt(10 * KEYS);
            boolean ordered = a.compareTo(b) <= 0;
            List<String> between = ordered ? new ArrayList<>(model.subSet(a, true, b, false)) : new ArrayList<>();
            assertThat(line("NR.RANK " + a)).isEqualTo((long) model.headSet(a).size());
            assertThat(line("NR.COUNT [" + a + " (" + b)).isEqualTo((long) between.size());
            int offset = random.nextInt(20);
            int limit = random.nextInt(20);
            List<String> expected = new ArrayList<>(between);
            boolean reversed = random.nextBoolean();
            if (reversed) {
                Collections.reverse(expected);
            }
            int from = Math.min(offset, expected.size());
            assertThat(line("NR.RANGE [" + a + " (" + b + (reversed ? " REV" : "") + " LIMIT " + offset + " " + limit))
                    .isEqualTo(expected.subList(from, Math.min(from + limit, expected.size())));
            int index = random.nextInt(sorted.size());
            assertThat(line("NR.KEYAT " + index)).isEqualTo(sorted.get(index));
            assertThat(line("NR.KEYAT " + (index - sorted.size()))).isEqualTo(sorted.get(index));
        }
        assertThat(line("NR.KEYAT " + sorted.size())).isNull();
        assertThat(line("NR.KEYAT " + (-sorted.size() - 1))).isNull();
        assertThat(line("NR.COUNT - +")).isEqualTo((long) sorted.size());
    }

    private static final List<String> DATA = List.of(
            "SET s v",
            "SET e v PXAT 99999999999999",
            "RPUSH l a b c",
            "HSET h f 1 g 2",
            "HPEXPIREAT h 70000000000000 FIELDS 1 f",
            "SADD t a b",
            "ZADD z 1 a 2.5 b",
            "XADD x 1-1 f v",
            "XADD x 2-1 f v g w",
            "XGROUP CREATE x grp 0",
            "XREADGROUP GROUP grp me COUNT 1 STREAMS x >");

    /** Each of these lines changes the data. */
    private static final List<String> CHANGES = List.of(
            "SET s w",
            "PERSIST e",
            "LSET l 1 x",
            "HSET h g 3",
            "HPERSIST h FIELDS 1 f",
            "SADD t c",
            "ZADD z 3 a",
            "XACK x grp 1-1",
            "XDEL x 1-1",
            "DEL s");

    @Test
    void fingerprint_dependsOnTheDataAndNotOnItsHistory() throws IOException {
        for (String line : DATA) {
            assertThat(String.valueOf(line(line))).as(line).doesNotStartWith("-");
        }
        Object expected = line("NR.FINGERPRINT - +");
        try (KeyValueServer second = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
                RespClient other = new RespClient(second.address())) {
            other.call("RPUSH", "l", "first", "gone"); // other ids of collections, other positions
            other.call("DEL", "l");
            other.call("RPUSH", "l", "b", "c");
            other.call("LPUSH", "l", "a");
            for (String line : DATA) {
                if (!line.startsWith("RPUSH")) {
                    other.call((Object[]) line.split(" "));
                }
            }
            assertThat(other.call("NR.FINGERPRINT", "-", "+")).isEqualTo(expected);
        }
        List<Object> seen = new ArrayList<>(List.of(expected));
        for (String change : CHANGES) {
            line(change);
            Object now = line("NR.FINGERPRINT - +");
            assertThat(seen).as(change).doesNotContain(now);
            seen.add(now);
        }
        assertThat(line("NR.FINGERPRINT [none (none")).isEqualTo(List.of(0L, "0".repeat(64)));
    }

    @Test
    void userOfSomeKeys_seesNoOthers() throws IOException {
        client.line("ACL SETUSER bob on nopass +@all ~b*");
        client.call("SET", "a", "secret");
        client.call("AUTH", "bob", "x");
        for (String line : List.of("NR.RANGE - +", "NR.RANK b", "NR.KEYAT 0", "NR.COUNT - +", "NR.FINGERPRINT - +")) {
            assertThat(line(line).toString()).as(line).startsWith("-NOPERM");
        }
    }
}
