package org.nr4j.server;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.nr4j.server.config.Settings;

/** Gives each test a server of its own, and a client of it. */
abstract class WithServer {
    KeyValueServer server;
    RespClient client;

    @BeforeEach
    void start() throws IOException {
        restart("--port", "0");
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    /** Starts a server with other flags, in place of the one that runs. */
    final void restart(String... flags) throws IOException {
        if (server != null) {
            stop();
        }
        server = KeyValueServer.start(Settings.parse(List.of(flags)));
        client = new RespClient(server.address());
    }
}
