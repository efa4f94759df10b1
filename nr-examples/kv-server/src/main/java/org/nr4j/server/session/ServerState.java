package org.nr4j.server.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.server.acl.Acl;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;
import org.nr4j.server.monitor.Meter;
import org.nr4j.server.script.ScriptCache;

/** What all sessions share. For any number of threads. */
public final class ServerState {
    private final StoreEngine engine;
    private final Settings settings;
    private final Acl acl;
    private final Map<Long, Session> clients = new ConcurrentHashMap<>();
    private final PubSub pubSub = new PubSub();
    private final Waiters waiters;
    private final ScriptCache scripts = new ScriptCache();
    private final Meter meter;
    private final Monitors monitors = new Monitors();
    private final Pause pause = new Pause();
    private final Notifications notifications;
    private final Stats stats = new Stats();
    private final AtomicLong lastClient = new AtomicLong();
    private final long started = System.currentTimeMillis();

    /**
     * Creates the state of a server.
     *
     * @throws IllegalArgumentException if a user of the settings is not valid
     */
    public ServerState(StoreEngine engine, Settings settings) {
        this.engine = engine;
        this.settings = settings;
        this.acl = AclCommands.open(settings);
        this.waiters = new Waiters(engine);
        this.meter = new Meter(settings);
        this.notifications = new Notifications(engine, pubSub);
        notifications.want(settings.eventClasses());
    }

    /** What the server has done. */
    public static final class Stats {
        final LongAdder commands = new LongAdder();
        final LongAdder connections = new LongAdder();
        final LongAdder refusedConnections = new LongAdder();

        /** Counts a connection. */
        public void connected() {
            connections.increment();
        }

        /** Counts a connection that was refused. */
        public void refused() {
            refusedConnections.increment();
        }

        void reset() {
            commands.reset();
            connections.reset();
            refusedConnections.reset();
        }
    }

    StoreEngine engine() {
        return engine;
    }

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

    Meter meter() {
        return meter;
    }

    Monitors monitors() {
        return monitors;
    }

    Pause pause() {
        return pause;
    }

    Notifications notifications() {
        return notifications;
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

    /** Returns the counters. */
    public Stats stats() {
        return stats;
    }

    long started() {
        return started;
    }

    long nextClient() {
        return lastClient.incrementAndGet();
    }
}
