package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fields of hashes that expire, as the documentation of Redis 7.4 and 8.0 has them. */
@Timeout(60)
class FieldExpiryTest extends WithServer {
    private static final int SHORT_MILLIS = 30;

    @BeforeEach
    void createHash() throws IOException {
        call("HSET h a 1 b 2 c 3");
    }

    private Object call(String line) throws IOException {
        return client.call((Object[]) line.split(" ", -1));
    }

    private void awaitGone(String field) throws IOException {
        await("HEXISTS h " + field, 0L);
    }

    private void await(String line, Object answer) throws IOException {
        while (!answer.equals(call(line))) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void expire_answersForEachField() throws IOException {
        assertThat(call("HEXPIRE h 100 FIELDS 3 a x b")).isEqualTo(List.of(1L, -2L, 1L));
        assertThat(call("HEXPIRE none 100 FIELDS 2 a b")).isEqualTo(List.of(-2L, -2L));
        assertThat(call("HTTL h FIELDS 3 a x c")).isEqualTo(List.of(100L, -2L, -1L));
        assertThat((Long) ((List<?>) call("HPTTL h FIELDS 1 a")).get(0)).isBetween(50_000L, 100_000L);
        assertThat(call("HPEXPIREAT h 9999999999001 FIELDS 1 a")).isEqualTo(List.of(1L));
        assertThat(call("HEXPIRETIME h FIELDS 1 a")).isEqualTo(List.of(10_000_000_000L));
        assertThat(call("HPEXPIRETIME h FIELDS 1 a")).isEqualTo(List.of(9_999_999_999_001L));
        assertThat(call("HPERSIST h FIELDS 3 a c x")).isEqualTo(List.of(1L, -1L, -2L));
        assertThat(call("HTTL h FIELDS 1 a")).isEqualTo(List.of(-1L));
        assertThat(call("HTTL none FIELDS 1 a")).isEqualTo(List.of(-2L));
        assertThat(call("HEXPIREAT h 1 FIELDS 2 a b")).isEqualTo(List.of(2L, 2L));
        assertThat(call("HGETALL h")).isEqualTo(List.of("c", "3"));
        assertThat(call("HEXPIRE h 0 FIELDS 1 c")).isEqualTo(List.of(2L));
        assertThat(call("EXISTS h")).isEqualTo(0L);
    }

    @Test
    void conditions_compareWithTheExpiryBefore() throws IOException {
        assertThat(call("HEXPIRE h 100 XX FIELDS 1 a")).isEqualTo(List.of(0L));
        assertThat(call("HEXPIRE h 100 GT FIELDS 1 a")).isEqualTo(List.of(0L));
        assertThat(call("HEXPIRE h 100 LT FIELDS 1 a")).isEqualTo(List.of(1L));
        assertThat(call("HEXPIRE h 200 NX FIELDS 2 a b")).isEqualTo(List.of(0L, 1L));
        assertThat(call("HEXPIRE h 150 GT FIELDS 2 a b")).isEqualTo(List.of(1L, 0L));
        assertThat(call("HEXPIRE h 120 LT FIELDS 2 a b")).isEqualTo(List.of(1L, 1L));
        assertThat(call("HEXPIRE h 300 XX FIELDS 2 a c")).isEqualTo(List.of(1L, 0L));
    }

    @Test
    void wrongArguments_areErrors() throws IOException {
        call("SET s v");
        assertThat(call("HEXPIRE s 1 FIELDS 1 a").toString()).startsWith("-WRONGTYPE");
        assertThat(call("HEXPIRE h -1 FIELDS 1 a")).isEqualTo("-ERR invalid expire time, must be >= 0");
        assertThat(call("HEXPIRE h 99999999999999 FIELDS 1 a"))
                .isEqualTo("-ERR invalid expire time in 'hexpire' command");
        assertThat(call("HEXPIRE h 1 FIELD 1 a"))
                .isEqualTo("-ERR Mandatory argument FIELDS is missing or not at the right position");
        assertThat(call("HEXPIRE h 1 FIELDS 0 a")).isEqualTo("-ERR Parameter `numFields` should be greater than 0");
        assertThat(call("HEXPIRE h 1 FIELDS 2 a"))
                .isEqualTo("-ERR The `numfields` parameter must match the number of arguments");
        assertThat(call("HTTL h FIELDS 0 a")).isEqualTo("-ERR Number of fields must be a positive integer");
        assertThat(call("HGETEX h EX 1 PX 1 FIELDS 1 a").toString()).startsWith("-ERR Only one of EX");
        assertThat(call("HGETEX h FNX FIELDS 1 a")).isEqualTo("-ERR unknown argument: FNX");
        assertThat(call("HSETEX h FIELDS 2 a 1")).isEqualTo("-ERR wrong number of arguments for 'hsetex' command");
        assertThat(call("HGETALL h")).isEqualTo(List.of("a", "1", "b", "2", "c", "3"));
    }

    @Test
    void fieldThatExpired_isSeenByNoCommand() throws IOException {
        call("HPEXPIRE h " + SHORT_MILLIS + " FIELDS 2 a b");
        awaitGone("a");
        assertThat(call("HLEN h")).isEqualTo(1L);
        assertThat(call("HGETALL h")).isEqualTo(List.of("c", "3"));
        assertThat(call("HSCAN h 0")).isEqualTo(List.of("0", List.of("c", "3")));
        assertThat(call("HRANDFIELD h 5")).isEqualTo(List.of("c"));
        assertThat(call("HDEL h a")).isEqualTo(0L);
        assertThat(call("HSETNX h a 9")).isEqualTo(1L);
        assertThat(call("HINCRBY h b 5")).isEqualTo(5L);
        assertThat(call("HTTL h FIELDS 2 a b")).isEqualTo(List.of(-1L, -1L));
        assertThat(call("HLEN h")).isEqualTo(3L);
    }

    @Test
    void hashWhoseLastFieldExpired_isGone() throws IOException {
        call("HPEXPIRE h " + SHORT_MILLIS + " FIELDS 2 a b");
        assertThat(call("TTL h")).isEqualTo(-1L);
        call("HDEL h c"); // only now all fields expire
        assertThat(call("TTL h")).isEqualTo(-1L);
        await("EXISTS h", 0L);
        assertThat(call("DBSIZE")).isEqualTo(0L);
        assertThat(call("KEYS *")).isEqualTo(List.of());
        assertThat(call("HSET h a 1")).isEqualTo(1L);
        assertThat(call("HTTL h FIELDS 1 a")).isEqualTo(List.of(-1L));
    }

    @Test
    void hash_staysWhenAFieldNoLongerExpires() throws IOException {
        call("HPEXPIRE h " + SHORT_MILLIS + " FIELDS 3 a b c");
        call("HSET h c 4"); // ends the expiry
        awaitGone("a");
        assertThat(call("HGETALL h")).isEqualTo(List.of("c", "4"));
        assertThat(call("OBJECT ENCODING h")).isEqualTo("listpackex");
        call("HSET h d 5");
        assertThat(call("OBJECT ENCODING h")).isEqualTo("listpack");
    }

    @Test
    void expiryOfTheKey_isApartFromThatOfItsFields() throws IOException {
        call("EXPIRE h 1000");
        call("HEXPIRE h 100 FIELDS 3 a b c");
        assertThat(call("TTL h")).isEqualTo(1000L);
        call("EXPIRE h 500");
        assertThat(call("TTL h")).isEqualTo(500L);
        assertThat(call("PERSIST h")).isEqualTo(1L);
        assertThat(call("TTL h")).isEqualTo(-1L);
        call("HPERSIST h FIELDS 3 a b c");
        assertThat(call("TTL h")).isEqualTo(-1L);
        call("HEXPIRE h 100 FIELDS 3 a b c");
        call("PEXPIRE h " + SHORT_MILLIS);
        await("EXISTS h", 0L);
    }

    @Test
    void increments_keepTheExpiry() throws IOException {
        call("HEXPIRE h 100 FIELDS 2 a b");
        call("HINCRBY h a 1");
        call("HINCRBYFLOAT h b 1.5");
        assertThat(call("HTTL h FIELDS 2 a b")).isEqualTo(List.of(100L, 100L));
        call("HSET h a 1");
        assertThat(call("HTTL h FIELDS 1 a")).isEqualTo(List.of(-1L));
    }

    @Test
    void otherKeys_haveTheExpiryOfFields() throws IOException {
        call("HEXPIRE h 100 FIELDS 3 a b c");
        call("COPY h copy");
        call("RENAME h other");
        call("MOVE other 1");
        call("SWAPDB 1 2");
        call("SELECT 2");
        assertThat(call("HTTL other FIELDS 1 a")).isEqualTo(List.of(100L));
        call("HPEXPIRE other " + SHORT_MILLIS + " FIELDS 3 a b c");
        await("EXISTS other", 0L);
        call("SELECT 0");
        assertThat(call("HTTL copy FIELDS 3 a b c")).isEqualTo(List.of(100L, 100L, 100L));
        call("HPEXPIRE copy " + SHORT_MILLIS + " FIELDS 3 a b c");
        await("EXISTS copy", 0L);
    }

    @Test
    void getdelGetexSetex_changeExpiryAndValues() throws IOException {
        assertThat(call("HGETEX h EX 100 FIELDS 2 a x")).asString().isEqualTo("[1, null]");
        assertThat(call("HTTL h FIELDS 1 a")).isEqualTo(List.of(100L));
        assertThat(call("HGETEX h PERSIST FIELDS 1 a")).isEqualTo(List.of("1"));
        assertThat(call("HTTL h FIELDS 1 a")).isEqualTo(List.of(-1L));
        assertThat(call("HSETEX h EX 50 FIELDS 2 a 7 d 8")).isEqualTo(1L);
        assertThat(call("HTTL h FIELDS 2 a d")).isEqualTo(List.of(50L, 50L));
        assertThat(call("HSETEX h FNX FIELDS 2 a 0 z 0")).isEqualTo(0L);
        assertThat(call("HSETEX h FXX KEEPTTL FIELDS 1 a 9")).isEqualTo(1L);
        assertThat(call("HTTL h FIELDS 1 a")).isEqualTo(List.of(50L));
        assertThat(call("HGETDEL h FIELDS 3 a x d")).asString().isEqualTo("[9, null, 8]");
        assertThat(call("HSETEX new PXAT 1 FIELDS 1 a 1")).isEqualTo(1L);
        assertThat(call("EXISTS new")).isEqualTo(0L);
        assertThat(call("HGETDEL h FIELDS 2 b c")).isEqualTo(List.of("2", "3"));
        assertThat(call("EXISTS h")).isEqualTo(0L);
    }

    @Test
    void watchedHash_hasChangedWhenAFieldExpires() throws IOException {
        call("HPEXPIRE h " + SHORT_MILLIS + " FIELDS 1 a");
        call("WATCH h");
        awaitGone("a");
        call("MULTI");
        call("SET x y");
        assertThat(call("EXEC")).isNull();
        call("WATCH h");
        call("MULTI");
        call("SET x y");
        assertThat(call("EXEC")).isEqualTo(List.of("OK"));
    }

    @Test
    void elementsAndTimes_goWithTheirHash() throws IOException {
        call("HEXPIRE h 100 FIELDS 2 a b");
        call("COPY h i");
        call("DEL h");
        call("SET i v");
        call("HSET j a 1");
        call("HPEXPIRE j " + SHORT_MILLIS + " FIELDS 1 a");
        await("EXISTS j", 0L);
        call("DEL i");
        // Nothing is left but the counter of ids.
        long[] left = {1};
        while (left[0] != 0) {
            left[0] = server.engine().store().size() - 1;
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(left[0]).isZero();
    }

    @Test
    void dump_hasTheExpiryOfFields() throws IOException {
        call("HPEXPIREAT h 9999999999999 FIELDS 1 a");
        call("HPEXPIREAT h 9999999999000 FIELDS 1 b");
        byte[] dump = ((String) call("DUMP h")).getBytes(StandardCharsets.ISO_8859_1);
        assertThat(dump[0]).isEqualTo((byte) 24);
        assertThat(client.call("RESTORE", "copy", "0", dump)).isEqualTo("OK");
        assertThat(call("HGETALL copy")).isEqualTo(call("HGETALL h"));
        assertThat(call("HPEXPIRETIME copy FIELDS 3 a b c"))
                .isEqualTo(List.of(9_999_999_999_999L, 9_999_999_999_000L, -1L));
        call("HPERSIST h FIELDS 2 a b");
        assertThat(call("DUMP h").toString()).startsWith("\u0010");
    }

    @Test
    void events_tellOfFields() throws IOException {
        call("CONFIG SET notify-keyspace-events Ehgx");
        try (RespClient subscriber = new RespClient(server.address())) {
            subscriber.call("PSUBSCRIBE", "*");
            call("HEXPIRE h 100 FIELDS 1 a");
            call("HPERSIST h FIELDS 1 a");
            call("HEXPIRE h 0 FIELDS 1 a");
            call("RENAME h i");
            call("HPEXPIRE i " + SHORT_MILLIS + " FIELDS 1 b");
            assertThat(events(subscriber, 7))
                    .containsExactly(
                            "hexpire h",
                            "hpersist h",
                            "hdel h",
                            "rename_from h",
                            "rename_to i",
                            "hexpire i",
                            "hexpired i");
            call("HPEXPIRE i " + SHORT_MILLIS + " FIELDS 1 c");
            assertThat(events(subscriber, 3)).containsExactlyInAnyOrder("hexpire i", "hexpired i", "del i");
        }
    }

    private static List<String> events(RespClient subscriber, int count) throws IOException {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<?> message = (List<?>) subscriber.read();
            events.add(message.get(2).toString().replace("__keyevent@0__:", "") + " " + message.get(3));
        }
        return events;
    }
}
