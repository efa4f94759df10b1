package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
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
        }
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void lettuce_works(ProtocolVersion version) {
        RedisClient client =
                RedisClient.create("redis://127.0.0.1:" + server.address().getPort());
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            assertThat(connection.sync().set("k", "v")).isEqualTo("OK");
            assertThat(connection.sync().hset("h", Map.of("a", "1"))).isEqualTo(1);
            assertThat(connection.sync().hgetall("h")).isEqualTo(Map.of("a", "1"));
            connection.sync().multi();
            connection.sync().incr("n");
            connection.sync().incr("n");
            assertThat((Long) connection.sync().exec().get(1)).isEqualTo(2L);
        } finally {
            client.shutdown();
        }
    }
}
