package org.nr4j.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.http.HttpServer;
import org.nr4j.server.http.api.Router;
import org.nr4j.server.net.RespServer;
import org.nr4j.server.session.ServerState;

/**
 * A server for Redis clients. Its data is in a {@link org.nr4j.kv.KeyValueStore}, on disk if the settings name a
 * directory.
 */
public final class KeyValueServer implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(KeyValueServer.class.getName());
    private static final long SWEEP_MILLIS = 250;

    private final StoreEngine engine;
    private final RespServer resp;
    private final @Nullable HttpServer http;
    private final ScheduledExecutorService sweeper;
    private final Future<?> sweeps;

    private KeyValueServer(StoreEngine engine, RespServer resp, @Nullable HttpServer http) {
        this.engine = engine;
        this.resp = resp;
        this.http = http;
        this.sweeper = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "nr4j-server-sweeper");
            thread.setDaemon(true);
            return thread;
        });
        this.sweeps = sweeper.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Opens the store and starts to serve.
     *
     * @throws RuntimeException if the store cannot be opened, or an address cannot be bound to
     */
    public static KeyValueServer start(Settings settings) {
        StoreEngine engine = open(settings);
        try {
            return serve(engine, new ServerState(engine, settings));
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static KeyValueServer serve(StoreEngine engine, ServerState state) {
        RespServer resp = RespServer.start(state);
        try {
            HttpServer http = state.settings().httpPort() < 0
                    ? null
                    : HttpServer.start(state, resp, stats -> new Router(state, stats));
            return new KeyValueServer(engine, resp, http);
        } catch (RuntimeException e) {
            resp.close();
            throw e;
        }
    }

    private static StoreEngine open(Settings settings) {
        Path directory = settings.directory();
        if (directory == null) {
            return StoreEngine.open(builder -> builder);
        }
        SyncPolicy policy = switch (settings.appendFsync()) {
            case "always" -> SyncPolicy.ALWAYS;
            case "no" -> SyncPolicy.NEVER;
            default -> SyncPolicy.interval(Duration.ofSeconds(1));
        };
        return StoreEngine.open(
                builder -> builder.durable(Durability.in(directory).syncPolicy(policy)));
    }

    /** Removes what collections that have expired have left. */
    private void sweep() {
        try {
            boolean more = true;
            while (more) {
                more = engine.sweep();
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "a sweep failed; the next one tries again", e);
        }
    }

    /** Returns the address for Redis clients. */
    public InetSocketAddress address() {
        return resp.address();
    }

    /** Returns the address for HTTP; null if the server does not listen there. */
    public @Nullable InetSocketAddress httpAddress() {
        return http == null ? null : http.address();
    }

    /** For tests: the store behind the commands. */
    StoreEngine engine() {
        return engine;
    }

    /** Closes all connections and the store. What was written is then on the disk, if the store has one. */
    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        resp.close();
        sweeps.cancel(/* mayInterruptIfRunning= */ false);
        sweeper.shutdown();
        try {
            sweeper.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.close();
    }
}
