package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nr4j.kv.durable.NotDurableException;
import org.nr4j.server.cluster.ClusterException;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.Unit;

/**
 * The requests that have come to one event loop since its last turn. Their reads become one read of the store, and
 * their writes become one write, whichever connections they came from. The order of each connection's requests stays.
 * For the thread of the event loop.
 */
public final class Turn {
    private static final Logger LOGGER = System.getLogger(Turn.class.getName());

    private final ServerState server;
    private final Set<Session> active = new LinkedHashSet<>();
    private final ReplyBatch scratch = new ReplyBatch();

    /** The sessions and their units of one step. */
    private final List<Session> sessions = new ArrayList<>();

    private final List<Unit> units = new ArrayList<>();

    private final Agreement agreement;

    /** Creates the turns of an event loop. */
    public Turn(ServerState server) {
        this.server = server;
        this.agreement = new Agreement(server, this);
    }

    /** Notes that a session may have something to do. Returns whether it is the first one of the next turn. */
    public boolean add(Session session) {
        return active.add(session) && active.size() == 1;
    }

    /** Runs all requests that can run, and sends the replies. */
    public void run() {
        try {
            runAll();
        } finally {
            // After an error, too: else no later turn would begin.
            active.clear();
        }
    }

    private void runAll() {
        boolean more = true;
        while (more) {
            active.forEach(Session::runOnConnection);
            boolean read = step(Place.REPLICA);
            active.forEach(Session::runOnConnection);
            boolean wrote = step(Place.LOG);
            more = read || wrote;
            active.forEach(Session::flushIfMuch);
        }
        active.forEach(Session::flush);
    }

    /** Runs the next requests of all sessions that run in a place. Returns whether there were some. */
    private boolean step(Place place) {
        sessions.clear();
        units.clear();
        for (Session session : active) {
            if (session.nextPlace() == place) {
                sessions.add(session);
            }
        }
        boolean any = !sessions.isEmpty();
        if (any && server.isMember()) {
            agree(place);
        }
        if (sessions.isEmpty() || (place == Place.REPLICA && sessions.size() == 1 && get(sessions.get(0)))) {
            return any;
        }
        for (Session session : sessions) {
            units.add(session.take(place));
        }
        runUnits(place);
        if (place == Place.LOG) {
            serveWaiters();
        }
        return true;
    }

    /** Begins the requests that the cluster must agree on. What stays are reads that may be stale. */
    private void agree(Place place) {
        List<Session> agreeing = sessions.stream()
                .filter(session -> place == Place.LOG || !session.readsStale())
                .toList();
        if (!agreeing.isEmpty()) {
            sessions.removeAll(agreeing);
            agreement.begin(place, agreeing);
        }
    }

    /** Runs units of some sessions on the local store. */
    void runNow(Place place, List<Session> owners, List<Unit> work) {
        sessions.clear();
        sessions.addAll(owners);
        units.clear();
        units.addAll(work);
        runUnits(place);
    }

    private void runUnits(Place place) {
        try {
            deliver(sessions, units, execute(place));
        } catch (RuntimeException e) {
            executeOneByOne(place, e);
        }
    }

    private void serveWaiters() {
        try {
            server.waiters().serve(units);
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "clients that wait could not be served; the next write tries again", e);
        }
    }

    /** Runs a single GET, which needs no procedure. */
    private boolean get(Session session) {
        Request request = session.takeGet();
        if (request == null) {
            return false;
        }
        long began = System.nanoTime();
        byte[] value = server.engine().value(request.database(), request.arguments()[1]);
        server.stats().lookedUp(value == null ? 0 : 1, value == null ? 1 : 0);
        session.deliver(request.command(), value);
        if (value == null) {
            server.notifications().missed(request.database(), request.arguments()[1]);
        }
        session.measuredNanos(request.command(), request.arguments(), System.nanoTime() - began);
        return true;
    }

    private ReplyBatch execute(Place place) {
        if (place == Place.LOG) {
            ReplyBatch replies = server.engine().write(units);
            server.persistence().wrote(true);
            return replies;
        }
        server.engine().read(units, scratch);
        server.stats().lookedUp(scratch.hits(), scratch.misses());
        return scratch;
    }

    void deliver(List<Session> owners, List<Unit> ran, ReplyBatch replies) {
        for (int i = 0; i < ran.size(); i++) {
            owners.get(i).deliver(ran.get(i), replies);
        }
    }

    /** After a failure, which has changed nothing: runs each command alone, so that only the one at fault fails. */
    private void executeOneByOne(Place place, RuntimeException cause) {
        if (units.size() == 1 && units.get(0).split().size() == 1) {
            deliverFailure(sessions.get(0), units.get(0), cause, cause);
            return;
        }
        List<Unit> all = List.copyOf(units);
        List<Session> owners = List.copyOf(sessions);
        for (int i = 0; i < all.size(); i++) {
            for (Unit unit : all.get(i).split()) {
                executeAlone(place, owners.get(i), unit, cause);
            }
        }
        units.clear();
        units.addAll(all);
    }

    private void executeAlone(Place place, Session session, Unit unit, RuntimeException cause) {
        units.clear();
        units.add(unit);
        session.beforeRun(unit);
        try {
            session.deliver(unit, execute(place));
        } catch (RuntimeException e) {
            deliverFailure(session, unit, cause, e);
        }
    }

    /** Replies with why a unit failed, or was not run. */
    void deliverFailure(Session session, Unit unit, Throwable first, Throwable last) {
        if (last instanceof ClusterException) {
            session.deliverError(unit, String.valueOf(last.getMessage()));
            return;
        }
        if (last instanceof NotDurableException refused) {
            server.persistence().wrote(false);
            session.deliverError(unit, "MISCONF Errors writing to the AOF file: " + reasonOf(refused));
            return;
        }
        LOGGER.log(Level.WARNING, "a command failed: client=" + session.info().id + " first failure=" + first, last);
        session.deliverError(unit, "ERR the server could not run the command: " + last.getMessage());
    }

    /** Returns why the log takes no writes. */
    private static String reasonOf(NotDurableException e) {
        return e.isForGood() && e.getCause() != null ? e.getCause().toString() : "No space left on device";
    }
}
