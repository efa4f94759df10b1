package org.nr4j.server.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.protocol.RequestDecoder;

/** Turns of an event loop with several clients, whose requests all come before the turn. */
final class TurnTest {
    private static final int CLIENTS = 5;
    private static final int LONG = 1_000_000;

    private final ServerState server = new ServerState(Settings.parse(List.of()));
    private final StoreEngine engine = StoreEngine.open();
    private final Turn turn = new Turn(server);
    private final List<Client> clients =
            IntStream.range(0, CLIENTS).mapToObj(i -> new Client()).toList();

    TurnTest() {
        server.loaded(engine);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** Replies of one turn that are longer than the server gathers are sent in several steps. */
    @Test
    void longReplies_toSeveralClients_areAllSent_andCountedOnce() {
        clients.get(0).send("SETRANGE long " + (LONG - 1) + " x");
        turn.run();
        assertEquals(List.of(":" + LONG), clients.get(0).takeReplies());
        String value = "\0".repeat(LONG - 1) + "x";
        long before = server.stats().commands.sum();
        for (int i = 0; i < CLIENTS; i++) {
            for (int k = 0; k < 3; k++) {
                clients.get(i).send("STRLEN long");
                clients.get(i).send("GETRANGE long 0 -1");
            }
            clients.get(i).send("ECHO " + i);
        }
        turn.run();
        for (int i = 0; i < CLIENTS; i++) {
            List<String> expected = new ArrayList<>();
            for (int k = 0; k < 3; k++) {
                expected.addAll(List.of(":" + LONG, "$" + LONG, value));
            }
            expected.addAll(List.of("$1", "" + i));
            assertEquals(expected, clients.get(i).takeReplies(), "client " + i);
        }
        assertEquals(before + 7 * CLIENTS, server.stats().commands.sum());
    }

    /** A client that takes all that it is sent. */
    private final class Client implements Connection {
        private final Session session = new Session(server, this);
        private final RequestDecoder decoder = new RequestDecoder(session::enqueue, Integer.MAX_VALUE, Long.MAX_VALUE);
        private final StringBuilder received = new StringBuilder();

        void send(String inline) {
            decoder.feed(Unpooled.copiedBuffer(inline + "\r\n", StandardCharsets.ISO_8859_1));
            wake();
        }

        List<String> takeReplies() {
            List<String> lines = received.toString().lines().toList();
            received.setLength(0);
            return lines;
        }

        @Override
        public void send(ReplyWriter replies) {
            received.append(new String(replies.array(), 0, replies.length(), StandardCharsets.ISO_8859_1));
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void setReading(boolean reading) {
            // Requests come when the test sends them.
        }

        @Override
        public void close() {
            throw new AssertionError("no request of this test must end the connection");
        }

        @Override
        public void restrict(boolean restricted) {
            decoder.restrict(restricted);
        }

        @Override
        public void wake() {
            turn.add(session);
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Runnable schedule(Runnable task, long millis) {
            throw new AssertionError("no request of this test must wait");
        }

        @Override
        public long unsentBytes() {
            return 0;
        }

        @Override
        public String remoteAddress() {
            return "127.0.0.1:1";
        }

        @Override
        public String localAddress() {
            return "127.0.0.1:6379";
        }
    }
}
