package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.cluster.ClusterException;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.command.KeyPositions;
import org.nr4j.server.engine.AppliedListener;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.Unit;
import org.nr4j.server.engine.Watch;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;

/**
 * The clients that wait for an element, in the order in which they came. A writer looks for them after its write, and
 * runs their commands again: those that only read by a read, the others by a write. A client registers before it tries
 * a second time, so that no element comes in between unseen. For any number of threads.
 *
 * <p>In a cluster, each member looks after what it has applied, and the commands run through the cluster. Meanwhile,
 * the wait does not end: else an element could be taken, and lost.
 */
final class Waiters implements AppliedListener {
    private static final long RETRY_MILLIS = 500;
    private static final Logger LOGGER = System.getLogger(Waiters.class.getName());
    private static final byte[] WRONG_TYPE = Ascii.bytes("-WRONGTYPE ");

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
        final Command command;
        final Set<Watch> keys;
        Runnable endTimeout = () -> {};

        /** Whether the cluster runs the command. */
        boolean busy;

        /** Whether something has changed meanwhile. */
        boolean again;

        /** The reply that ends the wait after that, if the command finds nothing; null to wait on. */
        byte @Nullable [] late;

        Waiter(Session session, Unit unit, Request request) {
            this.session = session;
            this.unit = unit;
            this.command = request.command();
            this.keys = keysOf(List.of(unit));
        }

        boolean onlyReads() {
            return command.place() == Place.REPLICA;
        }

        /**
         * Whether a reply ends the wait. A value of another type is not what the client waits for. But it is the end
         * of a group.
         */
        boolean isEnded(byte[] reply) {
            int length = Math.min(reply.length, WRONG_TYPE.length);
            return reply.length > 0
                    && (command.name().equals("XREADGROUP")
                            || !Arrays.equals(reply, 0, length, WRONG_TYPE, 0, WRONG_TYPE.length));
        }
    }

    /** Returns the keys of some commands, as if there were one database, since a command may write to another one. */
    private static Set<Watch> keysOf(List<Unit> units) {
        return units.stream()
                .flatMap(unit -> unit.requests().stream())
                .flatMap(request ->
                        request.command().keysOf(request.arguments()).stream().map(key -> new Watch(0, key)))
                .collect(Collectors.toSet());
    }

    /** Whether some commands may change any key, as FLUSHALL, SWAPDB and scripts do. */
    private static boolean changeAll(List<Unit> units) {
        return units.stream()
                .flatMap(unit -> unit.requests().stream())
                .map(Request::command)
                .anyMatch(command -> command.is("may_replicate")
                        || (command.is("write") && command.keys().equals(KeyPositions.NONE)));
    }

    /** Lets a session wait until its command finds an element. Returns what ends the wait. */
    Runnable add(Session session, Unit unit, Request request) {
        Unit alone = new Unit(unit.client(), unit.resp3(), /* watches= */ null, List.of(request));
        Waiter waiter = new Waiter(session, alone, request);
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
        synchronized (this) {
            if (waiter.busy) {
                waiter.late = reply;
                return;
            }
        }
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
            Set<Watch> keys = changeAll(done) ? allKeys() : keysOf(done);
            if (server.isMember()) {
                agree(keys);
                return;
            }
            while (!keys.isEmpty()) {
                keys = serveOnce(keys);
            }
        }
    }

    private synchronized Set<Watch> allKeys() {
        return waiters.stream().flatMap(waiter -> waiter.keys.stream()).collect(Collectors.toSet());
    }

    /** Runs the commands that wait for some keys. Returns the keys of those commands that have changed something. */
    private synchronized Set<Watch> serveOnce(Set<Watch> keys) {
        List<Waiter> readers = new ArrayList<>();
        List<Waiter> writers = new ArrayList<>();
        for (Waiter waiter : waiters) {
            if (waiter.keys.stream().anyMatch(keys::contains)) {
                (waiter.onlyReads() ? readers : writers).add(waiter);
            }
        }
        read(readers);
        return write(writers);
    }

    /** Runs commands that only read. If their replies are long, it takes several reads. */
    private void read(List<Waiter> readers) {
        List<Waiter> rest = readers;
        while (!rest.isEmpty()) {
            ReplyBatch replies = new ReplyBatch();
            server.engine().read(units(rest), replies);
            List<Waiter> notRun = new ArrayList<>();
            for (Waiter waiter : rest) {
                if (deliver(waiter, replies) == ReplyBatch.NOT_RUN) {
                    notRun.add(waiter);
                }
            }
            rest = notRun;
        }
    }

    private Set<Watch> write(List<Waiter> writers) {
        Set<Watch> changed = new LinkedHashSet<>();
        if (!writers.isEmpty()) {
            ReplyBatch replies = server.engine().write(units(writers));
            for (Waiter waiter : writers) {
                if (deliver(waiter, replies) > 0) {
                    changed.addAll(waiter.keys);
                }
            }
        }
        return changed;
    }

    // ---- clusters ----

    @Override
    public boolean isInterested() {
        return any;
    }

    @Override
    public void applied(List<Unit> units, Supplier<ReplyBatch> replies) {
        try {
            agree(changeAll(units) ? allKeys() : changedKeys(units, replies.get()));
        } catch (RuntimeException e) {
            LOGGER.log(Level.DEBUG, "units that failed have changed no key", e);
        }
    }

    @Override
    public void replaced() {
        agree(allKeys());
    }

    /** Returns the keys of commands, but for those that wait or fail, and so have changed nothing. */
    private static Set<Watch> changedKeys(List<Unit> units, ReplyBatch replies) {
        Set<Watch> keys = new LinkedHashSet<>();
        for (Unit unit : units) {
            if (replies.nextUnit()) {
                for (Request request : unit.requests()) {
                    ReplyWriter reply = new ReplyWriter(64);
                    if (replies.next(reply) > 0 && reply.array()[0] != '-') {
                        request.command().keysOf(request.arguments()).forEach(key -> keys.add(new Watch(0, key)));
                    }
                }
            }
        }
        return keys;
    }

    /** Has the cluster run the commands that wait for some keys. */
    private void agree(Set<Watch> keys) {
        List<Waiter> readers = new ArrayList<>();
        List<Waiter> writers = new ArrayList<>();
        synchronized (this) {
            for (Waiter waiter : waiters) {
                if (waiter.keys.stream().anyMatch(keys::contains)) {
                    waiter.again = waiter.busy;
                    if (!waiter.busy) {
                        waiter.busy = true;
                        (waiter.onlyReads() ? readers : writers).add(waiter);
                    }
                }
            }
        }
        if (!writers.isEmpty()) {
            CompletableFuture<?> unused = server.engine()
                    .submit(units(writers))
                    .whenComplete((replies, failure) -> agreed(writers, replies, Agreement.causeOf(failure)));
        }
        if (!readers.isEmpty()) {
            CompletableFuture<?> unused = server.engine()
                    .awaitCurrent()
                    .thenApply(current -> readAll(readers))
                    .whenComplete((replies, failure) -> agreed(readers, replies, Agreement.causeOf(failure)));
        }
    }

    private ReplyBatch readAll(List<Waiter> readers) {
        ReplyBatch replies = new ReplyBatch();
        server.engine().read(units(readers), replies);
        return replies;
    }

    private void agreed(List<Waiter> asked, @Nullable ReplyBatch replies, @Nullable Throwable failure) {
        Set<Watch> again = new LinkedHashSet<>();
        for (Waiter waiter : asked) {
            ReplyWriter writer = new ReplyWriter(64);
            int length = 0;
            if (replies != null) {
                replies.nextUnit();
                length = replies.next(writer);
            } else if (!(failure instanceof ClusterException down) || down.isUnknown()) {
                writer.error(failure == null ? "ERR no reply has come" : String.valueOf(failure.getMessage()));
            }
            byte[] reply = writer.toByteArray();
            byte[] late;
            synchronized (this) {
                waiter.busy = false;
                late = waiter.late;
                if (waiter.again || length == ReplyBatch.NOT_RUN) {
                    again.addAll(waiter.keys);
                }
            }
            if (replies == null ? reply.length > 0 : waiter.isEnded(reply)) {
                end(waiter, reply);
            } else if (late != null) {
                end(waiter, late);
            } else if (replies == null) {
                waiter.session
                        .connection()
                        .execute(() -> waiter.session.connection().schedule(() -> agree(waiter.keys), RETRY_MILLIS));
            }
        }
        if (!again.isEmpty()) {
            agree(again);
        }
    }

    private static List<Unit> units(List<Waiter> asked) {
        return asked.stream().map(waiter -> waiter.unit).toList();
    }

    /** Ends the wait of a client if its command has found something. Returns the length of the reply; 0 if it waits. */
    private int deliver(Waiter waiter, ReplyBatch replies) {
        ReplyWriter writer = new ReplyWriter(64);
        replies.nextUnit();
        int length = replies.next(writer);
        byte[] reply = writer.toByteArray();
        if (waiter.isEnded(reply)) {
            end(waiter, reply);
            return length;
        }
        return Math.min(length, 0);
    }
}
