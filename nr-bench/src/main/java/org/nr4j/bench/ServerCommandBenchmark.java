package org.nr4j.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.protocol.RequestDecoder;
import org.nr4j.server.session.Connection;
import org.nr4j.server.session.ServerState;
import org.nr4j.server.session.Session;
import org.nr4j.server.session.Turn;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what an event loop of the server does between its sockets: it decodes requests, runs the commands, and
 * writes the replies. Each thread is an event loop with 50 connections.
 *
 * <p>{@code java -jar nr-bench/target/benchmarks.jar ServerCommandBenchmark -t 1}, then {@code -t 2}. An operation is a
 * command. What the server does over sockets less than this is the share of the sockets.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class ServerCommandBenchmark {
    private static final int CONNECTIONS = 50;
    private static final int LONGEST_PIPELINE = 16;
    private static final int COMMANDS = CONNECTIONS * LONGEST_PIPELINE;
    private static final String VALUE = "x".repeat(100);

    /** Digits of a key, which the benchmark overwrites. */
    private static final String DIGITS = "000000000000";

    @Param({"GET", "SET", "INCR", "LPUSH", "SADD", "HSET", "ZADD", "LRANGE_100", "MSET"})
    String command;

    @Param({"1", "16"})
    int pipeline;

    @Param("1000000")
    int keys;

    private ServerState server;
    private StoreEngine engine;

    /** Fills the store: a string for each key, and the list that LRANGE reads. */
    @Setup
    public void build() {
        server = new ServerState(Settings.parse(List.of()));
        engine = StoreEngine.open();
        server.loaded(engine);
        Loop loop = new Loop(server, this);
        for (int i = 0; i < keys; i++) {
            loop.enqueue(i % CONNECTIONS, request("SET", "key:" + String.format("%012d", i), VALUE));
            if (i % COMMANDS == 0) {
                loop.turn();
            }
        }
        for (int i = 0; i < 100; i++) {
            loop.enqueue(0, request("RPUSH", "range", VALUE));
        }
        loop.turn();
    }

    /** Closes the store. */
    @TearDown
    public void close() {
        engine.close();
    }

    /** Returns a request as a client sends it. */
    private static byte[] request(String... arguments) {
        StringBuilder text = new StringBuilder("*" + arguments.length + "\r\n");
        for (String argument : arguments) {
            text.append('$')
                    .append(argument.length())
                    .append("\r\n")
                    .append(argument)
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns a request of the measured command; a random number is to replace each of its DIGITS. */
    private byte[] template() {
        String element = "element:" + DIGITS;
        return switch (command) {
            case "GET" -> request("GET", "key:" + DIGITS);
            case "SET" -> request("SET", "key:" + DIGITS, VALUE);
            case "INCR" -> request("INCR", "counter:" + DIGITS);
            case "LPUSH" -> request("LPUSH", "list", VALUE);
            case "SADD" -> request("SADD", "set", element);
            case "HSET" -> request("HSET", "hash", element, VALUE);
            case "ZADD" -> request("ZADD", "sorted", DIGITS, element);
            case "LRANGE_100" -> request("LRANGE", "range", "0", "99");
            case "MSET" -> mset();
            default -> throw new IllegalArgumentException("a command must be known: command=" + command);
        };
    }

    private static byte[] mset() {
        List<String> arguments = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < 10; i++) {
            arguments.add("key:" + DIGITS);
            arguments.add(VALUE);
        }
        return request(arguments.toArray(new String[0]));
    }

    /** What the network would be: it takes replies and counts them. */
    private static final class Client implements Connection {
        private final Loop loop;
        private final Session session;
        final RequestDecoder decoder;
        long bytes;

        Client(Loop loop, ServerState server) {
            this.loop = loop;
            this.session = new Session(server, this);
            this.decoder = new RequestDecoder(session::enqueue, Integer.MAX_VALUE, Long.MAX_VALUE);
        }

        @Override
        public void send(ReplyWriter replies) {
            bytes += replies.length();
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void setReading(boolean reading) {
            // Requests come one turn at a time.
        }

        @Override
        public void close() {
            throw new IllegalStateException("no command of the benchmark must end a connection");
        }

        @Override
        public void restrict(boolean restricted) {
            // There is no password.
        }

        @Override
        public void wake() {
            loop.turn.add(session);
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Runnable schedule(Runnable task, long millis) {
            throw new IllegalStateException("no command of the benchmark must wait");
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

    /** An event loop with its connections. */
    @State(Scope.Thread)
    public static class Loop {
        private final List<Client> clients = new ArrayList<>();
        private Turn turn;
        private byte[] template;
        private int keys;

        /** For JMH, which calls {@link #open} next. */
        public Loop() {}

        Loop(ServerState server, ServerCommandBenchmark benchmark) {
            open(server, benchmark);
        }

        /** Opens the connections. */
        @Setup
        public void open(ServerCommandBenchmark benchmark) {
            open(benchmark.server, benchmark);
        }

        private void open(ServerState server, ServerCommandBenchmark benchmark) {
            turn = new Turn(server);
            template = benchmark.template();
            keys = benchmark.keys;
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(new Client(this, server));
            }
        }

        private void enqueue(int client, byte[] request) {
            ByteBuf bytes = Unpooled.wrappedBuffer(request);
            clients.get(client).decoder.feed(bytes);
            clients.get(client).wake();
        }

        private void turn() {
            turn.run();
        }
    }

    /** Commands of all connections: one turn with pipelines, or sixteen without. */
    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public long commands(Loop loop, Dice dice) {
        for (int sent = 0; sent < LONGEST_PIPELINE; sent += pipeline) {
            for (int client = 0; client < CONNECTIONS; client++) {
                loop.enqueue(client, requests(loop.template, dice));
            }
            loop.turn();
        }
        return loop.clients.get(0).bytes;
    }

    /** Returns as many requests as a pipeline has, with random numbers. */
    private byte[] requests(byte[] template, Dice dice) {
        byte[] all = new byte[template.length * pipeline];
        for (int i = 0; i < pipeline; i++) {
            System.arraycopy(template, 0, all, i * template.length, template.length);
        }
        int digits = 0;
        for (int i = 0; i < all.length; i++) {
            digits = all[i] == '0' ? digits + 1 : 0;
            if (digits == DIGITS.length()) {
                write(dice.below(keys), all, i);
                digits = 0;
            }
        }
        return all;
    }

    private static void write(int number, byte[] bytes, int last) {
        int rest = number;
        for (int i = last; rest > 0; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
