package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a comparison with a redis-server cannot show of streams: times, waiting, expiry and the log on disk. */
@Timeout(60)
class StreamTest extends WithServer {
    private static final String NO_GROUP =
            "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option";

    /** Sends a command line, whose words are separated by single blanks. */
    private Object run(String line) throws IOException {
        return client.call((Object[]) line.split(" "));
    }

    /** Sends a command line from a new client, which then waits. */
    private RespClient block(String line) throws Exception {
        int waiting = waitingClients();
        RespClient blocked = new RespClient(server.address());
        blocked.sendRaw(RespClient.encode((Object[]) line.split(" ")));
        awaitWaiting(waiting + 1);
        return blocked;
    }

    private int waitingClients() throws IOException {
        return run("CLIENT LIST").toString().split("flags=b", -1).length - 1;
    }

    private void awaitWaiting(int clients) throws Exception {
        while (waitingClients() != clients) {
            Thread.sleep(1);
        }
    }

    private static List<Object> entry(String id) {
        return List.of(id, List.of("f", "v"));
    }

    /** Returns the reply of a read of one stream. */
    private static List<Object> read(String key, String... ids) {
        List<Object> entries = new ArrayList<>();
        for (String id : ids) {
            entries.add(entry(id));
        }
        return List.of(List.of(key, entries));
    }

    // ---- entries ----

    @Test
    void ids_areTheTimeAndAscend() throws IOException {
        long before = System.currentTimeMillis();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            client.sendRaw(RespClient.encode("XADD", "s", "*", "f", "v"));
        }
        for (int i = 0; i < 200; i++) {
            ids.add((String) client.read());
        }
        long first = Long.parseLong(ids.get(0).split("-")[0]);
        assertThat(first).isBetween(before - 5_000, System.currentTimeMillis() + 5_000);
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(((List<?>) run("XRANGE s - +")).stream().map(entry -> ((List<?>) entry).get(0)))
                .isEqualTo(ids);
        run("XADD s 99999999999999-18446744073709551615 f v"); // the clock is behind
        assertThat(run("XADD s * f v")).isEqualTo("100000000000000-0");
    }

    @Test
    void emptyStream_keepsItsKeyAndItsLastId() throws IOException {
        run("XADD s 5-1 f v");
        run("XDEL s 5-1");
        assertThat(run("XLEN s")).isEqualTo(0L);
        assertThat(run("TYPE s")).isEqualTo("stream");
        assertThat(run("OBJECT ENCODING s")).isEqualTo("stream");
        assertThat(run("SCAN 0 TYPE stream")).isEqualTo(List.of("0", List.of("s")));
        assertThat(run("XADD s 5-1 f v").toString()).startsWith("-ERR The ID specified in XADD is equal or smaller");
        assertThat(run("DEL s")).isEqualTo(1L);
        assertThat(run("XADD s 5-1 f v")).isEqualTo("5-1");
    }

    @Test
    void approximateTrimming_removesWholeHundreds() throws IOException {
        for (int i = 1; i <= 450; i++) {
            client.sendRaw(RespClient.encode("XADD", "s", i, "f", "v"));
        }
        for (int i = 1; i <= 450; i++) {
            client.read();
        }
        assertThat(run("XTRIM s MAXLEN ~ 351")).isEqualTo(0L);
        assertThat(run("XTRIM s MAXLEN ~ 100 LIMIT 150")).isEqualTo(100L);
        assertThat(run("XTRIM s MINID ~ 350")).isEqualTo(200L);
        assertThat(run("XRANGE s - + COUNT 1")).isEqualTo(List.of(entry("301-0")));
        assertThat(run("XTRIM s MAXLEN ~ 0")).isEqualTo(150L);
    }

    // ---- whole streams ----

    @Test
    void copy_isAnotherStreamWithItsGroups() throws IOException {
        run("XADD s 1-1 f v");
        run("XGROUP CREATE s g 0");
        run("XREADGROUP GROUP g c STREAMS s >");
        assertThat(run("COPY s t")).isEqualTo(1L);
        assertThat(run("RENAME s u")).isEqualTo("OK");
        assertThat(run("XACK u g 1-1")).isEqualTo(1L);
        run("XADD u 2-1 f v");
        assertThat(run("XPENDING t g")).isEqualTo(List.of(1L, "1-1", "1-1", List.of(List.of("c", "1"))));
        assertThat(run("XLEN t")).isEqualTo(1L);
        assertThat(run("XADD t 1-1 f v").toString()).startsWith("-ERR");
        assertThat(run("XADD t 2-1 f v")).isEqualTo("2-1");
    }

    @Test
    void removedStream_leavesNoElements() throws IOException {
        for (String removal : List.of("DEL s", "FLUSHDB", "FLUSHALL", "SET s v")) {
            run("XADD s 1-1 f v");
            run("XGROUP CREATE s g 0");
            run("XREADGROUP GROUP g c STREAMS s >");
            assertThat(server.engine().elements()).isEqualTo(5);
            run(removal);
            assertThat(server.engine().elements()).as(removal).isZero();
            run("FLUSHALL");
        }
    }

    @Test
    void removedGroupAndConsumer_leaveNoElements() throws IOException {
        run("XADD s 1-1 f v");
        run("XADD s 2-1 f v");
        run("XGROUP CREATE s g 0");
        run("XREADGROUP GROUP g c COUNT 1 STREAMS s >");
        run("XREADGROUP GROUP g d STREAMS s >");
        assertThat(run("XGROUP DELCONSUMER s g d")).isEqualTo(1L);
        assertThat(run("XPENDING s g")).isEqualTo(List.of(1L, "1-1", "1-1", List.of(List.of("c", "1"))));
        assertThat(run("XGROUP DESTROY s g")).isEqualTo(1L);
        assertThat(server.engine().elements()).isEqualTo(2);
    }

    @Test
    void expiredStream_doesNotComeBack() throws Exception {
        run("XADD s 5-1 f v");
        run("XGROUP CREATE s g 0");
        run("PEXPIRE s 30");
        while (run("EXISTS s").equals(1L)) {
            Thread.sleep(5);
        }
        assertThat(run("XADD s 1-1 f v")).isEqualTo("1-1");
        assertThat(run("XINFO GROUPS s")).isEqualTo(List.of());
        while (server.engine().elements() > 1) {
            Thread.sleep(5); // the sweeper removes the entry and the group
        }
        assertThat(run("XRANGE s - +")).isEqualTo(List.of(entry("1-1")));
    }

    @Test
    void streams_areThereAfterARestart(@TempDir Path directory) throws IOException {
        String[] flags = {"--port", "0", "--dir", directory.toString(), "--appendfsync", "always"};
        restart(flags);
        run("XADD s 1-1 f v");
        run("XADD s 2-1 f v");
        String id = (String) run("XADD clock * f v");
        run("XGROUP CREATE s g 0");
        run("XREADGROUP GROUP g c STREAMS s >");
        run("XDEL s 2-1");
        String described = client.line("XINFO STREAM s FULL");
        restart(flags);
        assertThat(client.line("XINFO STREAM s FULL")).isEqualTo(described).contains("2-1");
        assertThat(run("XRANGE clock - +")).isEqualTo(List.of(entry(id)));
        assertThat(run("XREADGROUP GROUP g c STREAMS s 1-1").toString()).isEqualTo("[[s, [[2-1, null]]]]");
    }

    // ---- times ----

    @Test
    void idleTime_isThatSinceTheDelivery() throws Exception {
        run("XADD s 1-1 f v");
        run("XADD s 2-1 f v");
        run("XGROUP CREATE s g 0");
        run("XREADGROUP GROUP g c STREAMS s >");
        assertThat(run("XCLAIM s g d 3600000 1-1")).isEqualTo(List.of());
        run("XCLAIM s g d 0 1-1 IDLE 5000000 RETRYCOUNT 7");
        List<?> pending = (List<?>) ((List<?>) run("XPENDING s g IDLE 4000000 - + 10")).get(0);
        assertThat(pending.get(0)).isEqualTo("1-1");
        assertThat(pending.get(1)).isEqualTo("d");
        assertThat((Long) pending.get(2)).isBetween(5_000_000L, 5_060_000L);
        assertThat(pending.get(3)).isEqualTo(7L);
        assertThat((List<?>) run("XPENDING s g IDLE 4000000 - + 10")).hasSize(1);
        assertThat(run("XCLAIM s g c 3600000 1-1 JUSTID")).isEqualTo(List.of("1-1"));
        assertThat(run("XPENDING s g IDLE 4000000 - + 10")).isEqualTo(List.of());
        run("XCLAIM s g d 0 2-1 TIME 1000 JUSTID");
        assertThat(run("XAUTOCLAIM s g c 3600000 - JUSTID")).isEqualTo(List.of("0-0", List.of("2-1"), List.of()));
    }

    @Test
    void idleConsumer_isActiveOnceEntriesAreDelivered() throws Exception {
        run("XGROUP CREATE s g 0 MKSTREAM");
        run("XGROUP CREATECONSUMER s g c");
        Thread.sleep(20);
        List<?> consumer = (List<?>) ((List<?>) run("XINFO CONSUMERS s g")).get(0);
        assertThat(consumer.subList(0, 4)).isEqualTo(List.of("name", "c", "pending", 0L));
        assertThat((Long) consumer.get(5)).isGreaterThanOrEqualTo(20);
        assertThat(consumer.get(7)).isEqualTo(-1L);
        run("XADD s 1-1 f v");
        run("XREADGROUP GROUP g c STREAMS s >");
        consumer = (List<?>) ((List<?>) run("XINFO CONSUMERS s g")).get(0);
        assertThat(consumer.subList(0, 4)).isEqualTo(List.of("name", "c", "pending", 1L));
        assertThat((Long) consumer.get(7)).isNotNegative();
    }

    // ---- waiting ----

    @Test
    void waitingRead_getsAllAfterTheEndOfItsFirstRun() throws Exception {
        run("XADD s 1-1 f v");
        try (RespClient blocked = block("XREAD BLOCK 0 STREAMS none s 0 $")) {
            run("MULTI");
            run("XADD s 2-1 f v");
            run("XDEL s 2-1");
            run("EXEC"); // runs the read again, which finds nothing
            run("XLEN none");
            awaitWaiting(1);
            run("MULTI");
            run("XADD s 3-1 f v");
            run("XADD s 4-1 f v");
            run("EXEC");
            assertThat(blocked.read()).isEqualTo(read("s", "3-1", "4-1"));
            assertThat(blocked.call("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void waitingReads_areAllServedByOneEntry() throws Exception {
        String value = "v".repeat(1 << 20); // so one read of the store does not answer all of them
        List<RespClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(block("XREAD BLOCK 0 STREAMS s $"));
        }
        client.call("XADD", "s", "1-1", "f", value);
        for (RespClient blocked : clients) {
            assertThat(blocked.read()).isEqualTo(List.of(List.of("s", List.of(List.of("1-1", List.of("f", value))))));
            blocked.close();
        }
    }

    @Test
    void waitingRead_endsWithItsTimeout() throws Exception {
        assertThat(client.line("XREAD BLOCK 10 STREAMS s $")).isEqualTo("*-1\r\n");
        run("HELLO 3");
        assertThat(client.line("XREAD COUNT 1 BLOCK 10 STREAMS s 0")).isEqualTo("_\r\n");
        run("XGROUP CREATE s g $ MKSTREAM");
        assertThat(client.line("XREADGROUP GROUP g block BLOCK 10 STREAMS s >")).isEqualTo("_\r\n");
        run("XADD s 1-1 f v");
        assertThat(client.line("XREAD BLOCK 0 STREAMS s 0")).startsWith("%1\r\n$1\r\ns\r\n*1\r\n*2\r\n");
    }

    @Test
    void transaction_doesNotWait() throws Exception {
        run("MULTI");
        run("XREAD BLOCK 0 STREAMS s $");
        assertThat(run("EXEC")).isEqualTo(Collections.singletonList(null));
    }

    @Test
    void waitingConsumers_getOneEntryEach() throws Exception {
        run("XGROUP CREATE s g $ MKSTREAM");
        try (RespClient first = block("XREADGROUP GROUP g c COUNT 1 BLOCK 0 STREAMS s >");
                RespClient second = block("XREADGROUP GROUP g d COUNT 1 BLOCK 0 STREAMS s >")) {
            run("XADD s 1-1 f v");
            assertThat(first.read()).isEqualTo(read("s", "1-1"));
            awaitWaiting(1);
            run("XADD s 2-1 f v");
            assertThat(second.read()).isEqualTo(read("s", "2-1"));
        }
        assertThat(run("XPENDING s g"))
                .isEqualTo(List.of(2L, "1-1", "2-1", List.of(List.of("c", "1"), List.of("d", "1"))));
    }

    @Test
    void waitingConsumer_getsAnErrorWhenItsGroupIsGone() throws Exception {
        for (String end : List.of("XGROUP DESTROY s g", "DEL s", "RENAME s t", "FLUSHALL", "SWAPDB 0 1")) {
            run("FLUSHALL");
            run("XGROUP CREATE s g $ MKSTREAM");
            try (RespClient blocked = block("XREADGROUP GROUP g c BLOCK 0 STREAMS s >")) {
                run(end);
                assertThat(blocked.read()).as(end).isEqualTo(NO_GROUP);
            }
        }
        run("FLUSHALL");
        run("XGROUP CREATE s g $ MKSTREAM");
        try (RespClient blocked = block("XREADGROUP GROUP g c BLOCK 0 STREAMS s >")) {
            run("SET s v");
            assertThat(blocked.read().toString()).startsWith("-WRONGTYPE ");
        }
    }

    @Test
    void valueOfAnotherType_endsNoWait() throws Exception {
        try (RespClient reader = block("XREAD BLOCK 0 STREAMS s $");
                RespClient popper = block("BLPOP l 0")) {
            run("SET s v");
            run("SET l v");
            run("DEL s l");
            awaitWaiting(2);
            run("XADD s 1-1 f v");
            run("RPUSH l x");
            assertThat(reader.read()).isEqualTo(read("s", "1-1"));
            assertThat(popper.read()).isEqualTo(List.of("l", "x"));
        }
    }

    @Test
    void keyFromAnotherDatabase_endsAWait() throws Exception {
        try (RespClient reader = block("XREAD BLOCK 0 STREAMS s 0")) {
            run("SELECT 1");
            run("XADD s 1-1 f v");
            run("MOVE s 0");
            assertThat(reader.read()).isEqualTo(read("s", "1-1"));
        }
    }

    // ---- the table ----

    @Test
    void keys_areBetweenTheWordStreamsAndTheIds() throws IOException {
        assertThat(run("COMMAND GETKEYS XREADGROUP GROUP streams c COUNT 1 NOACK STREAMS a b > >"))
                .isEqualTo(List.of("a", "b"));
        assertThat(run("COMMAND GETKEYS XREAD BLOCK 5 streams k 0")).isEqualTo(List.of("k"));
        assertThat(run("COMMAND GETKEYS XREAD COUNT 5 k 0").toString()).startsWith("-ERR");
    }
}
