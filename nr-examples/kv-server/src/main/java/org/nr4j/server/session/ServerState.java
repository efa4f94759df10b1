package org.nr4j.server.session;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.nr4j.server.config.Settings;
import org.nr4j.server.engine.StoreEngine;

/** What all sessions share. For any number of threads. */
public final class ServerState {
    private final StoreEngine engine;
    private final Settings settings;
    private final Map<Long, Session> clients = new ConcurrentHashMap<>();
    private final PubSub pubSub = new PubSub();
    private final Waiters waiters;
    private final Stats stats = new Stats();
    private final Collection<Counters> counters = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Counters> ownCounters = ThreadLocal.withInitial(this::addCounters);
    private final AtomicLong lastClient = new AtomicLong();
    private final long started = System.currentTimeMillis();

    /** Creates the state of a server. */
    public ServerState(StoreEngine engine, Settings settings) {
        this.engine = engine;
        this.settings = settings;
        this.waiters = new Waiters(engine);
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

        /** Returns the number of commands that have run. */
        public long commands() {
            return commands.sum();
        }

        /** Returns the number of connections that clients have opened. */
        public long connections() {
            return connections.sum();
        }

        /** Returns the number of connections that were refused. */
        public long refusedConnections() {
            return refusedConnections.sum();
        }

        void reset() {
            commands.reset();
            connections.reset();
            refusedConnections.reset();
        }
    }

    /** Returns the store behind the commands. */
    public StoreEngine engine() {
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

    PubSub pubSub() {
        return pubSub;
    }

    Waiters waiters() {
        return waiters;
    }

    /** Returns the counters. */
    public Stats stats() {
        return stats;
    }

    private Counters addCounters() {
        Counters added = new Counters();
        counters.add(added);
        return added;
    }

    /** Returns the counters of the event loop whose thread calls. */
    Counters counters() {
        return ownCounters.get();
    }

    /** Returns the sums of the counters of all event loops. */
    public Counters.Sums counterSums() {
        return Counters.sum(counters);
    }

    /** Returns when the server started, in milliseconds since 1970. */
    public long started() {
        return started;
    }

    long nextClient() {
        return lastClient.incrementAndGet();
    }
}
