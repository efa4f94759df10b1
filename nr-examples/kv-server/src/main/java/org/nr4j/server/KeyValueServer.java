package org.nr4j.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.nr4j.kv.durable.Durability;
import org.nr4j.kv.durable.DurableStats;
import org.nr4j.kv.durable.SyncPolicy;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.cluster.ClusterProvider;
import org.nr4j.server.config.ClusterSettings;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.http.HttpServer;
import org.nr4j.server.http.api.Router;
import org.nr4j.server.net.ChannelConnection;
import org.nr4j.server.net.RespServer;
import org.nr4j.server.session.Loading;
import org.nr4j.server.session.ServerState;

/**
 * A server for Redis clients. Its data is in a {@link org.nr4j.kv.KeyValueStore}, on disk if the settings name a
 * directory.
 */
public final class KeyValueServer implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(KeyValueServer.class.getName());
    private static final long SWEEP_MILLIS = 250;

    private final ServerState state;
    private final StoreEngine engine;
    private final RespServer resp;
    private final @Nullable HttpServer http;
    private final ScheduledExecutorService sweeper;
    private final Future<?> sweeps;

    /** Guarded by this. */
    private boolean closed;

    private KeyValueServer(ServerState state, StoreEngine engine, RespServer resp, @Nullable HttpServer http) {
        this.state = state;
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
     * Starts to listen, opens the store, and serves. While the store is opened, clients get errors.
     *
     * @throws RuntimeException if the store cannot be opened, or an address cannot be bound to
     */
    public static KeyValueServer start(Settings settings) {
        ServerState state = new ServerState(settings);
        RespServer resp = RespServer.start(state);
        HttpServer http = null;
        try {
            http = settings.httpPort() < 0 ? null : HttpServer.start(state, resp, stats -> new Router(state, stats));
            ClusterSettings cluster = settings.cluster();
            StoreEngine engine =
                    cluster == null ? open(settings, state.loading()) : join(cluster, settings, state, resp, http);
            state.loaded(engine);
            return new KeyValueServer(state, engine, resp, http);
        } catch (RuntimeException e) {
            close(http);
            resp.close();
            throw e;
        }
    }

    private static StoreEngine join(
            ClusterSettings cluster, Settings settings, ServerState state, RespServer resp, @Nullable HttpServer http) {
        ClusterProvider provider = ServiceLoader.load(ClusterProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals(cluster.engine()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the engine of a cluster must be on the class path: cluster="
                                + cluster.engine() + "; start nr-examples/kv-cluster/nr4j-server, or its jar"));
        StoreEngine engine = StoreEngine.openMember(state.clientNumbers());
        try {
            String httpAddress = http == null ? "" : ChannelConnection.text(http.address());
            engine.join(
                    provider.join(settings, engine.localState(), ChannelConnection.text(resp.address()), httpAddress));
            return engine;
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static void close(@Nullable HttpServer http) {
        if (http != null) {
            http.close();
        }
    }

    private static StoreEngine open(Settings settings, Loading loading) {
        Path directory = settings.directory();
        if (directory == null) {
            return StoreEngine.open();
        }
        SyncPolicy policy = switch (settings.appendFsync()) {
            case "always" -> SyncPolicy.ALWAYS;
            case "no" -> SyncPolicy.NEVER;
            default -> SyncPolicy.interval(Duration.ofSeconds(1));
        };
        StoreEngine engine =
                StoreEngine.open(Durability.in(directory).syncPolicy(policy).progress(loading::progress));
        DurableStats stats = engine.store().durableStats();
        LOGGER.log(
                Level.INFO,
                "the data is loaded: directory={0} entries={1} bytes={2} seconds={3}",
                directory,
                stats.recoveredEntries(),
                stats.recoveredBytes(),
                stats.recoveryNanos() / 1e9);
        return engine;
    }

    /** Does what is due now and then. */
    private void sweep() {
        state.stats().sample();
        removeExpired();
    }

    /** Removes what collections that have expired have left. */
    private void removeExpired() {
        try {
            boolean more = true;
            while (more) {
                more = engine.sweep();
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "a sweep failed; the next one tries again", e);
        }
    }

    /** Returns the address for Redis clients; that for TLS if there is no other. */
    public InetSocketAddress address() {
        return resp.address();
    }

    /** Returns the address for Redis clients that use TLS; null if there is none. */
    public @Nullable InetSocketAddress tlsAddress() {
        return resp.tlsAddress();
    }

    /** Returns the address for HTTP; null if the server does not listen there. */
    public @Nullable InetSocketAddress httpAddress() {
        return http == null ? null : http.address();
    }

    /** Sets what the command SHUTDOWN does. */
    public void onShutDown(Runnable action) {
        state.onShutDown(action);
    }

    /** Returns the store behind the commands. */
    public StoreEngine engine() {
        return engine;
    }

    /** Closes all connections and the store. What was written is then on the disk, if the store has one. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        close(http);
        resp.close();
        Cluster cluster = engine.cluster();
        if (cluster != null) {
            cluster.close();
        }
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
