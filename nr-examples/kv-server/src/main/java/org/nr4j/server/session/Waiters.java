package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.Unit;
import org.nr4j.server.engine.Watch;
import org.nr4j.server.protocol.ReplyWriter;

/**
 * The clients that wait for an element, in the order in which they came. A writer looks for them after its write, and
 * runs their commands again. A client registers before it tries a second time, so that no element comes in between
 * unseen. For any number of threads.
 */
final class Waiters {
    private final ServerState server;

    /** Guarded by this. */
    private final Set<Waiter> waiters = new LinkedHashSet<>();

    /** Whether there are waiters. Volatile: a writer looks at it after each write. */
    private volatile boolean any;

    Waiters(ServerState server) {
        this.server = server;
    }

    /** A client that waits, its command, and the keys that it waits for. */
    private static final class Waiter {
        final Session session;
        final Unit unit;
        final Set<Watch> keys;
        Runnable endTimeout = () -> {};

        Waiter(Session session, Unit unit) {
            this.session = session;
            this.unit = unit;
            this.keys = keysOf(List.of(unit));
        }
    }

    private static Set<Watch> keysOf(List<Unit> units) {
        return units.stream()
                .flatMap(unit -> unit.requests().stream())
                .flatMap(request -> request.command().keysOf(request.arguments()).stream()
                        .map(key -> new Watch(request.database(), key)))
                .collect(Collectors.toSet());
    }

    /** Lets a session wait until its command finds an element. Returns what ends the wait. */
    Runnable add(Session session, Unit unit, Request request) {
        Waiter waiter =
                new Waiter(session, new Unit(unit.client(), unit.resp3(), /* watches= */ null, List.of(request)));
        synchronized (this) {
            waiters.add(waiter);
            any = true;
        }
        long millis = request.command().timeoutMillis(request.arguments());
        if (millis > 0) {
            waiter.endTimeout = session.connection().schedule(() -> end(waiter, timeoutReply(waiter)), millis);
        }
        // On the session's thread, but after the session knows that it waits.
        session.connection().execute(() -> serve(List.of(waiter.unit)));
        return () -> remove(waiter);
    }

    private static byte[] timeoutReply(Waiter waiter) {
        ReplyWriter reply = new ReplyWriter(8).resp3(waiter.unit.resp3());
        reply.nullArray();
        return reply.toByteArray();
    }

    /** Returns the number of clients that wait. */
    synchronized int count() {
        return waiters.size();
    }

    private synchronized boolean remove(Waiter waiter) {
        boolean removed = waiters.remove(waiter);
        any = !waiters.isEmpty();
        waiter.endTimeout.run();
        return removed;
    }

    private void end(Waiter waiter, byte[] reply) {
        if (remove(waiter)) {
            waiter.session.resume(reply);
        }
    }

    /** Ends the wait of a client with an error or as after its timeout. Returns whether it waited. */
    boolean unblock(Session session, boolean withError) {
        Waiter found = null;
        synchronized (this) {
            for (Waiter waiter : waiters) {
                found = waiter.session == session ? waiter : found;
            }
        }
        if (found == null) {
            return false;
        }
        ReplyWriter error = new ReplyWriter(64);
        error.error("UNBLOCKED client unblocked via CLIENT UNBLOCK");
        end(found, withError ? error.toByteArray() : timeoutReply(found));
        return true;
    }

    /** Serves the clients that wait for keys of some commands that have run. */
    void serve(List<Unit> done) {
        if (any) {
            Set<Watch> keys = keysOf(done);
            while (!keys.isEmpty()) {
                keys = serveOnce(keys);
            }
        }
    }

    /** Runs the commands of those who wait for some keys. Returns the keys of those that found an element. */
    private synchronized Set<Watch> serveOnce(Set<Watch> keys) {
        List<Waiter> asked = new ArrayList<>();
        for (Waiter waiter : waiters) {
            if (waiter.keys.stream().anyMatch(keys::contains)) {
                asked.add(waiter);
            }
        }
        if (asked.isEmpty()) {
            return Set.of();
        }
        ReplyBatch replies =
                server.engine().write(asked.stream().map(waiter -> waiter.unit).toList());
        Set<Watch> changed = new LinkedHashSet<>();
        for (Waiter waiter : asked) {
            ReplyWriter reply = new ReplyWriter(64);
            replies.nextUnit();
            if (replies.next(reply) > 0) {
                changed.addAll(waiter.keys);
                end(waiter, Objects.requireNonNull(reply.toByteArray()));
            }
        }
        return changed;
    }
}
