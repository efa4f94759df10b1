package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nr4j.server.config.Settings;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadGroupParams;

@Timeout(60)
class ClientLibrariesTest {
    private KeyValueServer server;

    @BeforeEach
    void start() {
        server = KeyValueServer.start(Settings.parse(List.of("--port", "0")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void jedis_works() {
        try (Jedis jedis = new Jedis("127.0.0.1", server.address().getPort())) {
            assertThat(jedis.set("k", "v")).isEqualTo("OK");
            assertThat(jedis.get("k")).isEqualTo("v");
            jedis.hset("h", Map.of("a", "1", "b", "2"));
            assertThat(jedis.hgetAll("h")).isEqualTo(Map.of("a", "1", "b", "2"));
            jedis.zadd("z", 1.5, "m");
            assertThat(jedis.zscore("z", "m")).isEqualTo(1.5);
            StreamEntryID id = jedis.xadd("s", StreamEntryID.NEW_ENTRY, Map.of("f", "v"));
            jedis.xgroupCreate("s", "g", new StreamEntryID(0, 0), /* makeStream= */ false);
            var read = jedis.xreadGroup(
                    "g",
                    "c",
                    XReadGroupParams.xReadGroupParams().count(1),
                    Map.of("s", StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
            assertThat(read.get(0).getValue().get(0).getID()).isEqualTo(id);
            assertThat(jedis.xinfoConsumers2("s", "g").get(0).getInactive()).isNotNegative();
            assertThat(jedis.xinfoStreamFull("s").getGroups().get(0).getPelCount())
                    .isEqualTo(1);
            assertThat(jedis.xack("s", "g", id)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @SuppressWarnings("unchecked") // an array of a generic type, for the streams to read
    void lettuce_works(ProtocolVersion version) {
        RedisClient client =
                RedisClient.create("redis://127.0.0.1:" + server.address().getPort());
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            assertThat(connection.sync().set("k", "v")).isEqualTo("OK");
            assertThat(connection.sync().hset("h", Map.of("a", "1"))).isEqualTo(1);
            assertThat(connection.sync().hgetall("h")).isEqualTo(Map.of("a", "1"));
            String id = connection.sync().xadd("s", Map.of("f", "v"));
            connection.sync().xgroupCreate(XReadArgs.StreamOffset.from("s", "0"), "g");
            var read = connection.sync().xreadgroup(Consumer.from("g", "c"), XReadArgs.StreamOffset.lastConsumed("s"));
            assertThat(read.get(0).getId()).isEqualTo(id);
            assertThat(connection.sync().xpending("s", "g").getCount()).isEqualTo(1);
            connection.sync().multi();
            connection.sync().incr("n");
            connection.sync().incr("n");
            assertThat((Long) connection.sync().exec().get(1)).isEqualTo(2L);
        } finally {
            client.shutdown();
        }
    }
}
