package org.nr4j.server.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.table.CommandTable;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.Unit;
import org.nr4j.server.engine.Watch;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.tracking.Tracker;
import org.nr4j.server.type.Type;

/**
 * What the server knows of one client, and its requests that wait. The thread of the connection uses it; others read
 * what describes it, and send messages by {@link #push}.
 */
public final class Session {
    /** How many commands of one client run at a time, so that others get their turn. */
    private static final int LONGEST_RUN = 1_000;

    private static final int FIRST_CAPACITY = 512;
    private static final int LARGEST_KEPT = 1 << 20;

    private final ServerState server;
    private final Connection connection;
    private final SessionInfo info;
    private final ArrayDeque<byte[][]> queue = new ArrayDeque<>();
    private ReplyWriter out = new ReplyWriter(FIRST_CAPACITY);

    /** Requests that have been checked and counted: the next one, and those that were put back. */
    private final ArrayDeque<Prepared> prepared = new ArrayDeque<>();

    private @Nullable String protocolError;
    private boolean inputEnded;
    private boolean closing;
    private boolean paused;
    private @Nullable Runnable waiting;

    /** Whether the cluster has requests of the session that it has not answered. */
    private boolean agreeing;

    private boolean readsStale;
    final Transaction transaction = new Transaction();
    final Subscriptions subscriptions = new Subscriptions();
    final ReplyMode replyMode = new ReplyMode();
    final Tracker tracker;

    /** Creates the session of a new connection. */
    public Session(ServerState server, Connection connection) {
        this.server = server;
        this.connection = connection;
        this.info = new SessionInfo(server.nextClient(), connection.remoteAddress(), connection.localAddress());
        this.tracker = new Tracker(info.id);
        info.user = server.acl().userWithoutLogin();
        server.clients().put(info.id, this);
    }

    ServerState server() {
        return server;
    }

    Connection connection() {
        return connection;
    }

    /** Whether the client has a user, by a login or since the default user needs none. */
    public boolean isLoggedIn() {
        return info.user != null;
    }

    SessionInfo info() {
        return info;
    }

    ReplyWriter out() {
        return out;
    }

    // ---- requests ----

    /** A request and where it runs; an error if it cannot run. */
    private record Prepared(
            @Nullable Command command,
            byte[][] arguments,
            Place place,
            @Nullable String error) {}

    /** Takes a request that has come. */
    public void enqueue(byte[][] request) {
        queue.add(request);
    }

    /** Returns where the next request runs; null if none is to run. */
    @Nullable
    Place nextPlace() {
        if (closing || agreeing || waiting != null || !connection.isWritable()) {
            return null;
        }
        if (prepared.isEmpty() && !queue.isEmpty()) {
            prepared.add(prepare(queue.remove()));
        }
        Prepared next = prepared.peek();
        return next == null || isPaused(next) ? null : next.place;
    }

    /** Whether a request must wait for the end of a pause. The session then goes on by itself. */
    private boolean isPaused(Prepared next) {
        long millis = server.pause().waitMillis(next.command);
        if (millis > 0 && !paused) {
            paused = true;
            connection.schedule(this::endPause, millis);
        }
        return millis > 0;
    }

    /** Goes on after a pause. On the thread of the connection. */
    void endPause() {
        paused = false;
        connection.wake();
    }

    boolean hasRequests() {
        return !prepared.isEmpty() || !queue.isEmpty();
    }

    private Prepared prepare(byte[][] request) {
        server.stats().commands.increment();
        Command command = null;
        try {
            command = CommandTable.instance().lookUp(request);
            if (!command.accepts(request.length)) {
                throw new CommandException(command.arityError());
            }
            Admission.check(this, command, request);
            if (server.monitors().any()) {
                server.monitors().show(this, command, request);
            }
            info.lastCommand = command;
            info.lastUsed = System.currentTimeMillis();
            noteUse(command, request);
            return new Prepared(command, request, placeOf(command), null);
        } catch (CommandException e) {
            if (command != null) {
                server.meter().commands().rejected(command);
            }
            return new Prepared(null, request, Place.CONNECTION, refuse(request, String.valueOf(e.getMessage())));
        }
    }

    /** Notes the use of keys, if the server removes those that nobody uses. */
    private void noteUse(Command command, byte[][] request) {
        if (server.memory().needsAccessTimes()) {
            for (byte[] key : command.keysOf(request)) {
                server.memory().times().use(info.database, key);
            }
        }
    }

    /** Returns the error for a request that cannot run. A transaction that is being queued will not run, either. */
    private String refuse(byte[][] request, String error) {
        if (Ascii.is(request[0], "EXEC")) {
            endWatches();
            transaction.clear();
            return "EXECABORT Transaction discarded because of: " + error.replaceFirst("^ERR ", "");
        }
        transaction.fail();
        return error;
    }

    private Place placeOf(Command command) {
        if (transaction.isOpen() && Transaction.isQueued(command)) {
            return Place.CONNECTION;
        }
        return switch (command.name()) {
            case "EXEC" -> transaction.place();
            case "WATCH" -> transaction.isOpen() ? Place.CONNECTION : Place.LOG;
            case "UNWATCH" -> transaction.watches().isEmpty() ? Place.CONNECTION : Place.LOG;
            default -> command.place();
        };
    }

    /** Runs the requests that need no store, up to the first that does. */
    void runOnConnection() {
        while (nextPlace() == Place.CONNECTION) {
            Prepared next = prepared.remove();
            int start = out.length();
            out.resp3(info.resp3);
            if (next.command == null) {
                out.error(Objects.requireNonNull(next.error));
            } else if (transaction.isOpen() && Transaction.isQueued(next.command)) {
                transaction.add(next.command, next.arguments, info.database);
                out.simple("QUEUED");
            } else {
                long began = System.nanoTime();
                ConnectionCommands.run(this, next.command, next.arguments);
                measuredNanos(next.command, next.arguments, System.nanoTime() - began);
                if (!transaction.isOpen() && !next.command.name().startsWith("CLIENT|")) {
                    tracker.caching(false);
                }
            }
            if (waiting == null) {
                endReply(next.command, start);
            }
        }
    }

    /** Takes the next requests, all of which run in one place. */
    Unit take(Place place) {
        Prepared first = prepared.element();
        if (first.command != null && first.command.name().equals("EXEC")) {
            prepared.remove();
            return tracked(transaction.end(server, info));
        }
        List<Request> requests = new ArrayList<>();
        while (requests.size() < LONGEST_RUN && nextPlace() == place) {
            Prepared next = prepared.element();
            Command command = Objects.requireNonNull(next.command);
            if (command.name().equals("EXEC")) {
                break;
            }
            byte[][] arguments = next.arguments;
            prepared.remove();
            Request request = new Request(command, transaction.watched(command, arguments, info), info.database);
            requests.add(ScriptCacheCommands.withText(server, request));
            if (command.is("blocking") || command.is("logged")) {
                break;
            }
        }
        String rules = ScriptCacheCommands.rules(server, info, requests);
        return tracked(new Unit(info.id, info.resp3, null, requests, rules));
    }

    private Unit tracked(Unit unit) {
        tracker.taken(unit.requests(), unit.isTransaction());
        beforeRun(unit);
        return unit;
    }

    /** Notes which keys the client is about to read. */
    void beforeRun(Unit unit) {
        server.tracking().reads(tracker, unit.requests());
    }

    /** Takes the next request alone if it is a GET. */
    @Nullable
    Request takeGet() {
        Prepared next = prepared.peek();
        if (next == null
                || next.command == null
                || next.arguments.length != 2
                || !next.command.name().equals("GET")) {
            return null;
        }
        prepared.remove();
        Request get = new Request(next.command, next.arguments, info.database);
        tracker.taken(List.of(get), /* isTransaction= */ false);
        server.tracking().reads(tracker, List.of(get));
        return get;
    }

    // ---- clusters ----

    /** Has the next requests wait for those that the cluster has. */
    void beginAgreement() {
        agreeing = true;
    }

    void endAgreement() {
        agreeing = false;
    }

    /** Whether reads may miss the latest writes of a cluster. */
    boolean readsStale() {
        return readsStale;
    }

    /** Sets whether reads may miss the latest writes of a cluster. */
    public void readStale(boolean stale) {
        readsStale = stale;
    }

    // ---- replies ----

    /** Ends the reply to a command that began at a length. */
    private void endReply(@Nullable Command command, int start) {
        countIfFailed(command, start);
        replyMode.endReply(out, start);
    }

    /** Counts the reply that began at a length if it is an error. */
    void countIfFailed(@Nullable Command command, int start) {
        if (out.length() > start && out.array()[start] == '-') {
            server.stats().failed(out.array(), start + 1, out.length());
            if (command != null) {
                server.meter().commands().failed(command);
            }
        }
    }

    /** Appends the replies to a unit. */
    void deliver(Unit unit, ReplyBatch replies) {
        out.resp3(info.resp3);
        boolean ran = replies.nextUnit();
        if (unit.isTransaction()) {
            int start = out.length();
            if (ran) {
                transaction.deliver(this, replies);
            } else {
                transaction.clear();
                out.nullArray();
            }
            endReply(null, start);
            return;
        }
        int done = 0;
        for (Request request : unit.requests()) {
            int start = out.length();
            int length = replies.next(out);
            if (length == ReplyBatch.NOT_RUN) {
                putBack(unit.requests().subList(done, unit.requests().size()));
                return;
            }
            done++;
            measured(request.command(), request.arguments(), replies.lastMicros());
            if (length == 0 && !closing) {
                waiting = server.waiters().add(this, unit, request);
            } else if (length > 0) {
                endReply(request.command(), start);
            }
        }
    }

    void measuredNanos(Command command, byte[][] arguments, long nanos) {
        measured(command, arguments, TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    /** Notes how long a command has taken, in microseconds. */
    void measured(Command command, byte[][] arguments, long micros) {
        if (server.meter().add(command, micros)) {
            server.meter().remark(command, arguments, micros, info.remoteAddress, info.name);
        }
    }

    /** Puts reads back that have not run, since the replies to those before are long. */
    private void putBack(List<Request> requests) {
        for (int i = requests.size() - 1; i >= 0; i--) {
            Request request = requests.get(i);
            prepared.addFirst(new Prepared(request.command(), request.arguments(), Place.REPLICA, null));
        }
    }

    /** Sends the replies so far if they are long. */
    void flushIfMuch() {
        if (out.length() > LARGEST_KEPT) {
            flush();
        }
    }

    /** Appends the reply to a GET. */
    void deliver(Command get, byte @Nullable [] value) {
        int start = out.length();
        out.resp3(info.resp3);
        if (value == null) {
            out.nullBulk();
        } else if (value[0] == Type.STRING.code()) {
            out.bulk(value, 1, value.length - 1);
        } else {
            out.error("WRONGTYPE Operation against a key holding the wrong kind of value");
        }
        endReply(get, start);
    }

    /** Appends an error for each request of a unit, which has not run. */
    void deliverError(Unit unit, String error) {
        int replies = unit.isTransaction() ? 1 : unit.requests().size();
        transaction.clear();
        for (int i = 0; i < replies; i++) {
            int start = out.length();
            out.error(error);
            endReply(unit.isTransaction() ? null : unit.requests().get(i).command(), start);
        }
    }

    /** Ends the wait of a blocking command with its reply. */
    private void endWait(byte[] reply) {
        if (waiting != null) {
            waiting = null;
            int start = out.length();
            out.raw(reply, 0, reply.length);
            endReply(info.lastCommand, start);
        }
    }

    /** Ends the wait of a blocking command with its reply, and goes on with the requests after it. For any thread. */
    void resume(byte[] reply) {
        connection.execute(() -> {
            endWait(reply);
            connection.wake();
        });
    }

    /** Whether a command may wait: none of a transaction does. */
    boolean canWait() {
        return transaction.size() == 0;
    }

    /** A wait that is not for an element. */
    private static final class OtherWait implements Runnable {
        @Override
        public void run() {
            // Nothing is to be undone when the client is gone.
        }
    }

    /**
     * Has the client wait until a future completes. Then replies with what a function makes of the failure, or of null.
     */
    void resumeAfter(CompletableFuture<?> future, Function<@Nullable Throwable, ReplyWriter> reply) {
        Runnable wait = new OtherWait();
        waiting = wait;
        CompletableFuture<?> unused = future.whenComplete(
                (result, failure) -> endWait(wait, () -> reply.apply(failure).toByteArray()));
    }

    /** Ends the wait that has just begun after some time, unless it ends before; 0 for never. */
    void endWaitAfter(long millis, Supplier<byte[]> reply) {
        Runnable wait = waiting;
        if (millis > 0 && wait != null) {
            Runnable unused = connection.schedule(() -> endWait(wait, reply), millis);
        }
    }

    /** Ends a wait if it is still the one of the client. For any thread. */
    private void endWait(Runnable wait, Supplier<byte[]> reply) {
        connection.execute(() -> {
            if (waiting == wait) {
                endWait(reply.get());
                connection.wake();
            }
        });
    }

    /** Whether a blocking command waits. */
    boolean isWaiting() {
        return waiting != null;
    }

    /** Sends the replies that have been written, and reads on if the client keeps up. */
    void flush() {
        boolean done = !hasRequests() && !closing && !agreeing;
        if (done && protocolError != null) {
            out.error(protocolError);
        }
        closing |= inputEnded ? done || waiting != null : done && protocolError != null;
        if (out.length() > 0) {
            connection.send(out);
            out.truncate(0);
            if (out.array().length > LARGEST_KEPT) {
                out = new ReplyWriter(FIRST_CAPACITY);
            }
        }
        if (closing) {
            connection.close();
        } else {
            connection.setReading(!hasRequests() && connection.isWritable());
        }
    }

    /** Sends a message that answers no request. For any thread; the messages of one thread arrive in order. */
    void push(byte[] message) {
        push(() -> message);
    }

    /** As the other method, with a message that the thread of the connection makes. An empty one is not sent. */
    void push(Supplier<byte[]> maker) {
        connection.execute(() -> {
            byte[] message = closing ? new byte[0] : maker.get();
            if (message.length > 0) {
                out.raw(message, 0, message.length);
                if (connection.unsentBytes() + out.length() > server.settings().longestPubSubOutput()) {
                    closing = true;
                    out.truncate(0);
                }
                flush();
            }
        });
    }

    // ---- users of other protocols ----

    /** Whether a client must log in before its commands run. */
    public boolean requiresLogin() {
        return server.acl().userWithoutLogin() == null;
    }

    /** Lets the commands that follow run as those of a user. Returns false if the user or the password is wrong. */
    public boolean logIn(byte[] user, byte[] password) {
        try {
            ConnectionCommands.logIn(this, Ascii.bytes("auth"), user, password);
            return true;
        } catch (CommandException e) {
            return false;
        }
    }

    /** Lets the commands that follow run as those of a client that has not logged in. */
    public void logOut() {
        info.user = server.acl().userWithoutLogin();
    }

    // ---- the end ----

    /** Closes the connection once all replies are sent. */
    void closeAfterReplies() {
        closing = true;
    }

    /** After the requests so far, answers one that breaks the protocol, and closes the connection. */
    public void failAfterRequests(String error) {
        protocolError = "ERR " + error;
    }

    /** Closes the connection after the requests so far, since the client sends no more. */
    public void endAfterRequests() {
        inputEnded = true;
    }

    /** Gives the session the state of a new one. */
    void reset() {
        endSubscriptions();
        server.monitors().remove(this);
        server.tracking().end(tracker);
        endWatches();
        transaction.clear();
        replyMode.reset();
        readsStale = false;
        info.reset(server.acl().userWithoutLogin());
        connection.restrict(!isLoggedIn());
    }

    private void endSubscriptions() {
        server.pubSub().unsubscribeAll(this);
    }

    /** Ends the watches, if there are some. */
    void endWatches() {
        Set<Watch> watches = new LinkedHashSet<>(transaction.watches());
        if (!watches.isEmpty()) {
            transaction.watches().clear();
            byte[][] arguments = Transaction.unwatchArguments(watches);
            Command unwatch = Objects.requireNonNull(CommandTable.instance().find(Ascii.bytes("UNWATCH")));
            Request request = new Request(unwatch, arguments, info.database);
            server.write(new Unit(info.id, false, null, List.of(request)));
        }
    }

    /** Forgets a connection that is closed. */
    public void disconnected() {
        closing = true;
        server.clients().remove(info.id);
        server.tracking().end(tracker);
        server.monitors().remove(this);
        endSubscriptions();
        if (waiting != null) {
            waiting.run();
        }
        endWatches();
    }
}
