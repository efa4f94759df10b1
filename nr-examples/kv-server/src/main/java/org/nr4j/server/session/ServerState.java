package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.nr4j.cnr.LogIndexes;
import org.nr4j.server.acl.Acl;
import org.nr4j.server.cluster.ClientNumbers;
import org.nr4j.server.cluster.Cluster;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.engine.Unit;
import org.nr4j.server.monitor.Meter;
import org.nr4j.server.script.ScriptCache;
import org.nr4j.server.tracking.Tracking;

/** What all sessions share. For any number of threads. */
public final class ServerState {
    private static final Logger LOGGER = System.getLogger(ServerState.class.getName());

    private final Settings settings;
    private final Acl acl;
    private final Map<Long, Session> clients = new ConcurrentHashMap<>();
    private final PubSub pubSub = new PubSub();
    private final Waiters waiters = new Waiters(this);
    private final ScriptCache scripts = new ScriptCache();
    private final Meter meter;
    private final Monitors monitors = new Monitors();
    private final Pause pause = new Pause();
    private final ServerStats stats = new ServerStats();
    private final Loading loading = new Loading();
    private final MemoryLimit memory;
    private final Tracking tracking;
    private final ClientNumbers clientNumbers;
    private final AtomicLong nextClient;
    private final long started = System.currentTimeMillis();

    /** What the server has once its data is loaded; null before. */
    private volatile @Nullable Loaded loaded;

    private volatile Runnable shutDown = () -> {};

    private record Loaded(StoreEngine engine, Persistence persistence, Notifications notifications) {}

    /**
     * Creates the state of a server that loads its data.
     *
     * @throws IllegalArgumentException if a user of the settings is not valid
     */
    public ServerState(Settings settings) {
        this.settings = settings;
        this.acl = AclCommands.open(settings);
        this.meter = new Meter(settings);
        this.memory = new MemoryLimit(this);
        this.tracking = new Tracking(new TrackingCommands.Sender(this), settings::mostTrackedKeys);
        this.clientNumbers = settings.clusterPosition() < 0
                ? ClientNumbers.ALONE
                : ClientNumbers.of(settings.clusterPosition(), started);
        this.nextClient = new AtomicLong(clientNumbers.first());
    }

    // ---- the beginning ----

    /** Returns how far the data is loaded. */
    public Loading loading() {
        return loading;
    }

    /** Ends the loading: from now on, commands run on this store. */
    public void loaded(StoreEngine engine) {
        if (engine.isMember()) {
            engine.onApplied(waiters);
        }
        loaded = new Loaded(engine, new Persistence(engine), new Notifications(engine, pubSub));
        tracking.follow(engine);
        publishWanted();
    }

    /** Whether the data is loaded. */
    public boolean isLoaded() {
        return loaded != null;
    }

    private Loaded requireLoaded() {
        return Objects.requireNonNull(loaded, "a command that needs the store must wait until it is loaded");
    }

    /** Returns the store behind the commands. It must be loaded. */
    public StoreEngine engine() {
        return requireLoaded().engine;
    }

    /** Whether the server is a member of a cluster. */
    boolean isMember() {
        Loaded now = loaded;
        return now != null && now.engine.isMember();
    }

    /** Returns the cluster; null if the server is in none, or still loads its data. */
    public @Nullable Cluster cluster() {
        Loaded now = loaded;
        return now == null ? null : now.engine.cluster();
    }

    /** Runs a unit of a client that does not wait for a reply. */
    void write(Unit unit) {
        if (isMember()) {
            CompletableFuture<?> unused = engine().submit(List.of(unit)).whenComplete((replies, failure) -> {
                if (failure != null) {
                    LOGGER.log(Level.DEBUG, "what a client has left stays until this member starts again", failure);
                }
            });
        } else {
            engine().write(List.of(unit));
        }
    }

    Persistence persistence() {
        return requireLoaded().persistence;
    }

    Notifications notifications() {
        return requireLoaded().notifications;
    }

    // ---- settings ----

    /** Follows settings that have changed. */
    void changed(Set<String> names) {
        if (names.contains("requirepass")) {
            acl.requirePassword(settings.password());
        }
        meter.refresh();
        memory.refresh();
        publishWanted();
    }

    /** Publishes what the settings want. For the thread that loads the data, and for those that change settings. */
    private void publishWanted() {
        Loaded now = loaded;
        if (now != null) {
            now.notifications.want(settings.eventClasses());
        }
    }

    // ---- the disk ----

    /** Returns the writes that the calling thread may have seen the effects of. */
    public LogIndexes seen() {
        return engine().seen();
    }

    /** Whether replies may be sent: all writes so far are on the disk, if that is promised. */
    public boolean maySend() {
        Loaded now = loaded;
        return now == null || now.engine.maySend();
    }

    /** Returns what completes when the disk has some writes, or with an exception if it failed before. */
    public CompletableFuture<?> whenDurable(LogIndexes writes) {
        return engine().whenDurable(writes);
    }

    /** Waits until replies may be sent, or never will be. */
    public void awaitDurable() {
        if (!maySend()) {
            Object unused =
                    whenDurable(seen()).handle((result, failure) -> true).join();
        }
    }

    // ---- the end ----

    /** Sets what SHUTDOWN does. */
    public void onShutDown(Runnable action) {
        shutDown = action;
    }

    void shutDown() {
        shutDown.run();
    }

    // ---- parts ----

    /** Returns the settings. */
    public Settings settings() {
        return settings;
    }

    /** Returns the number of clients. */
    public int clientCount() {
        return clients.size();
    }

    Map<Long, Session> clients() {
        return clients;
    }

    Acl acl() {
        return acl;
    }

    /** Returns the times of commands. */
    public Meter meter() {
        return meter;
    }

    Monitors monitors() {
        return monitors;
    }

    Pause pause() {
        return pause;
    }

    PubSub pubSub() {
        return pubSub;
    }

    Waiters waiters() {
        return waiters;
    }

    ScriptCache scripts() {
        return scripts;
    }

    Tracking tracking() {
        return tracking;
    }

    MemoryLimit memory() {
        return memory;
    }

    /** Returns the counters. */
    public ServerStats stats() {
        return stats;
    }

    /** Returns when the server started, in milliseconds since 1970. */
    public long started() {
        return started;
    }

    /** Returns the numbers of the clients. */
    public ClientNumbers clientNumbers() {
        return clientNumbers;
    }

    long nextClient() {
        return nextClient.getAndIncrement();
    }
}
