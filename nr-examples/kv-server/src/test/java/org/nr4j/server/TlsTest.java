package org.nr4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nr4j.server.config.Settings;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

@Timeout(120)
class TlsTest {
    private static final Path REDIS_CLI = Path.of("/usr/bin/redis-cli");

    @TempDir
    static Path directory;

    private static Certificates own;
    private static Certificates clients;

    private @Nullable KeyValueServer server;

    @BeforeAll
    static void createCertificates() throws Exception {
        own = Certificates.create(directory, "server");
        clients = Certificates.create(directory, "client");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private KeyValueServer start(String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--tls-port", Integer.toString(freePort()),
                "--tls-cert-file", own.certificate().toString(),
                "--tls-key-file", own.key().toString()));
        all.addAll(List.of(flags));
        server = KeyValueServer.start(Settings.parse(all));
        return server;
    }

    // What replaces the two methods takes key stores from files only.
    @SuppressWarnings("deprecation")
    private Jedis connect(@Nullable Certificates client) throws Exception {
        return new Jedis(
                new HostAndPort("127.0.0.1", server.tlsAddress().getPort()),
                DefaultJedisClientConfig.builder()
                        .ssl(true)
                        .sslSocketFactory(own.trusting(client).getSocketFactory())
                        .build());
    }

    @Test
    void client_mayNeedACertificate() throws Exception {
        start("--port", "0", "--tls-ca-cert-file", clients.certificate().toString());
        try (Jedis jedis = connect(clients)) {
            String large = "x".repeat(1 << 20);
            jedis.set("k", large);
            assertThat(jedis.get("k")).isEqualTo(large);
        }
        for (Certificates wrong : new Certificates[] {null, own}) {
            assertThatThrownBy(() -> {
                        try (Jedis jedis = connect(wrong)) {
                            jedis.ping();
                        }
                    })
                    .isInstanceOf(JedisException.class);
        }
    }

    @Test
    void http_hasTlsIfNothingElseIsPlain() throws Exception {
        start("--port", "0", "--tls-auth-clients", "no");
        int port = server.httpAddress().getPort();
        HttpClient client =
                HttpClient.newBuilder().sslContext(own.trusting(null)).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/health"))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("{\"status\":\"ok\"}");
        HttpRequest plain = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/health"))
                .build();
        assertThatThrownBy(() -> client.send(plain, BodyHandlers.ofString())).isInstanceOf(IOException.class);
    }

    @Test
    void redisCli_speaksTls() throws Exception {
        assumeTrue(Files.isExecutable(REDIS_CLI));
        start("--port", "0", "--tls-ca-cert-file", clients.certificate().toString());
        Process cli = new ProcessBuilder(
                        REDIS_CLI.toString(),
                        "--tls",
                        "--cacert",
                        own.certificate().toString(),
                        "--cert",
                        clients.certificate().toString(),
                        "--key",
                        clients.key().toString(),
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(server.tlsAddress().getPort()),
                        "ping")
                .redirectErrorStream(true)
                .start();
        String output = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(!output.contains("Unrecognized option"));
        assertThat(output).isEqualTo("PONG\n");
    }

    @Test
    void portZero_switchesPlainConnectionsOff() throws Exception {
        start("--port", "0", "--tls-auth-clients", "no");
        assertThat(server.address()).isEqualTo(server.tlsAddress());
        try (Jedis jedis = connect(null)) {
            assertThat(jedis.ping()).isEqualTo("PONG");
        }
        try (RespClient plain = new RespClient(server.address())) {
            plain.sendRaw("PING\r\n");
            assertThatThrownBy(plain::readRaw).isInstanceOf(IOException.class);
        }
    }

    @Test
    void bothPorts_shareTheData() throws Exception {
        start(
                "--port",
                Integer.toString(freePort()),
                "--tls-auth-clients",
                "optional",
                "--tls-ca-cert-file",
                clients.certificate().toString());
        try (RespClient plain = new RespClient(server.address());
                Jedis jedis = connect(null)) {
            plain.call("SET", "k", "v");
            assertThat(jedis.get("k")).isEqualTo("v");
        }
    }

    @Test
    void wrongFiles_areRefused() throws IOException {
        Path rubbish = Files.writeString(directory.resolve("rubbish"), "no key");
        assertThatThrownBy(() -> start("--tls-auth-clients", "no", "--tls-key-file", rubbish.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls-key-file=" + rubbish);
        assertThatThrownBy(() -> start()).hasMessageContaining("tls-ca-cert-file");
        assertThatThrownBy(() -> Settings.parse(List.of("--tls-port", "1"))).hasMessageContaining("tls-cert-file");
        assertThatThrownBy(() -> start("--bind", "0.0.0.0", "--tls-auth-clients", "no"))
                .hasMessageContaining("password");
    }
}
