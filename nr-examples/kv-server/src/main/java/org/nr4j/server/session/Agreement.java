package org.nr4j.server.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.ClusterException;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Unit;

/**
 * Runs the requests of a turn of a member of a cluster. The sessions wait until the cluster has answered, and the event
 * loop serves others meanwhile. For the thread of the event loop.
 */
final class Agreement {
    private final ServerState server;
    private final Turn turn;

    Agreement(ServerState server, Turn turn) {
        this.server = server;
        this.turn = turn;
    }

    /** Takes the next requests of some sessions, all of which run in one place, and has the cluster run them. */
    void begin(Place place, List<Session> sessions) {
        List<Unit> units = new ArrayList<>();
        for (Session session : sessions) {
            units.add(session.take(place));
            session.beginAgreement();
        }
        if (place == Place.LOG) {
            CompletableFuture<?> unused = server.engine()
                    .submit(units)
                    .whenComplete((replies, failure) -> sessions.get(0)
                            .connection()
                            .execute(() -> endWrite(sessions, units, replies, causeOf(failure))));
        } else {
            CompletableFuture<?> unused = server.engine()
                    .awaitCurrent()
                    .whenComplete((current, failure) ->
                            sessions.get(0).connection().execute(() -> endRead(sessions, units, causeOf(failure))));
        }
    }

    static @Nullable Throwable causeOf(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    // ---- reads ----

    private void endRead(List<Session> sessions, List<Unit> units, @Nullable Throwable failure) {
        sessions.forEach(Session::endAgreement);
        if (failure == null) {
            turn.runNow(Place.REPLICA, sessions, units);
        } else {
            fail(sessions, units, failure);
        }
        sessions.forEach(session -> session.connection().wake());
    }

    private void fail(List<Session> sessions, List<Unit> units, Throwable failure) {
        for (int i = 0; i < units.size(); i++) {
            turn.deliverFailure(sessions.get(i), units.get(i), failure, failure);
        }
    }

    // ---- writes ----

    private void endWrite(
            List<Session> sessions, List<Unit> units, @Nullable ReplyBatch replies, @Nullable Throwable failure) {
        if (replies != null) {
            sessions.forEach(Session::endAgreement);
            turn.deliver(sessions, units, replies);
        } else if (failure instanceof ClusterException || (units.size() == 1 && isSingle(units.get(0)))) {
            sessions.forEach(Session::endAgreement);
            fail(sessions, units, failure == null ? ClusterException.unknown("no reply has come") : failure);
        } else {
            Queue<Single> singles = new ArrayDeque<>();
            for (int i = 0; i < units.size(); i++) {
                for (Unit unit : units.get(i).split()) {
                    singles.add(new Single(sessions.get(i), unit));
                }
            }
            runNext(sessions, singles);
            return;
        }
        sessions.forEach(session -> session.connection().wake());
    }

    private static boolean isSingle(Unit unit) {
        return unit.split().size() == 1;
    }

    private record Single(Session session, Unit unit) {}

    /** After a failure, which has changed nothing: runs each command alone, so that only the one at fault fails. */
    private void runNext(List<Session> sessions, Queue<Single> singles) {
        Single next = singles.poll();
        if (next == null) {
            sessions.forEach(Session::endAgreement);
            sessions.forEach(session -> session.connection().wake());
            return;
        }
        CompletableFuture<?> unused = server.engine()
                .submit(List.of(next.unit))
                .whenComplete((replies, failure) -> next.session
                        .connection()
                        .execute(() -> endSingle(sessions, singles, next, replies, causeOf(failure))));
    }

    private void endSingle(
            List<Session> sessions,
            Queue<Single> singles,
            Single single,
            @Nullable ReplyBatch replies,
            @Nullable Throwable failure) {
        if (replies != null) {
            single.session.deliver(single.unit, replies);
        } else if (failure != null) {
            turn.deliverFailure(single.session, single.unit, failure, failure);
        }
        if (failure instanceof ClusterException down && !singles.isEmpty()) {
            // The others have not been tried. Each of them would wait as long.
            ClusterException notRun = ClusterException.notRun("the commands before it were not answered");
            singles.forEach(rest -> turn.deliverFailure(rest.session, rest.unit, down, notRun));
            singles.clear();
        }
        runNext(sessions, singles);
    }
}
