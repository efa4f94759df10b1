package org.nr4j.server.session;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.Command.Place;
import org.nr4j.server.engine.ReplyBatch;
import org.nr4j.server.engine.Request;
import org.nr4j.server.engine.Unit;
import org.nr4j.server.engine.Watch;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.Keyspace;

/** The commands that a client has queued between MULTI and EXEC, and the keys that it watches. */
final class Transaction {
    private static final Set<String> NEVER_QUEUED = Set.of("EXEC", "DISCARD", "MULTI", "WATCH", "QUIT", "RESET");

    private boolean open;
    private boolean failed;
    private final List<Request> queued = new ArrayList<>();
    private final Set<Watch> watches = new LinkedHashSet<>();

    /** The database that the next queued command has, since a SELECT may be queued. */
    private int database;

    static boolean isQueued(Command command) {
        return !NEVER_QUEUED.contains(command.name());
    }

    boolean isOpen() {
        return open;
    }

    int size() {
        return queued.size();
    }

    /** Returns the commands that wait for EXEC. */
    List<Request> queued() {
        return queued;
    }

    boolean isFailed() {
        return failed;
    }

    void begin(int database) {
        open = true;
        this.database = database;
    }

    /** Notes that a command could not be queued: EXEC will then refuse to run. */
    void fail() {
        failed = open;
    }

    void add(Command command, byte[][] arguments, int sessionDatabase) {
        if (queued.isEmpty()) {
            database = sessionDatabase;
        }
        queued.add(new Request(command, arguments, database));
        if (command.name().equals("SELECT") && Numbers.isLong(arguments[1])) {
            long selected = Numbers.parseLong(arguments[1]);
            database = selected >= 0 && selected < Keyspace.DATABASES ? (int) selected : database;
        }
    }

    void clear() {
        open = false;
        failed = false;
        queued.clear();
        watches.clear();
    }

    /** Whether a queued command may need more memory. */
    boolean needsRoom() {
        return open && queued.stream().anyMatch(request -> request.command().is("denyoom"));
    }

    // ---- watches ----

    Set<Watch> watches() {
        return watches;
    }

    /** Notes what WATCH and UNWATCH do. Returns the arguments of the command, as the store needs them. */
    byte[][] watched(Command command, byte[][] arguments, SessionInfo info) {
        if (command.name().equals("WATCH")) {
            return watchArguments(arguments, info.database);
        } else if (command.name().equals("UNWATCH")) {
            byte[][] all = unwatchArguments(watches);
            watches.clear();
            return all;
        }
        return arguments;
    }

    /** Leaves out keys that are watched already. A second watch would forget a change since the first. */
    private byte[][] watchArguments(byte[][] arguments, int database) {
        List<byte[]> added = new ArrayList<>();
        added.add(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            if (watches.add(new Watch(database, arguments[i]))) {
                added.add(arguments[i]);
            }
        }
        return added.toArray(new byte[0][]);
    }

    static byte[][] unwatchArguments(Collection<Watch> watches) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(Ascii.bytes("UNWATCH"));
        for (Watch watch : watches) {
            arguments.add(Numbers.bytes(watch.database()));
            arguments.add(watch.key());
        }
        return arguments.toArray(new byte[0][]);
    }

    // ---- EXEC ----

    /** Returns where EXEC runs. */
    Place place() {
        if (!open || failed) {
            return Place.CONNECTION;
        }
        Place place = watches.isEmpty() ? Place.CONNECTION : Place.LOG;
        for (Request request : queued) {
            Place needed = request.command().place();
            place = needed.compareTo(place) > 0 ? needed : place;
        }
        return place;
    }

    /** Ends the transaction, and returns those of its commands that need the store. */
    Unit end(ServerState server, SessionInfo info) {
        List<Request> requests = queued.stream()
                .peek(request -> ScriptCacheCommands.loadEarly(server, request))
                .filter(request -> request.command().place() != Place.CONNECTION)
                .map(request -> ScriptCacheCommands.withText(server, request))
                .toList();
        String rules = ScriptCacheCommands.rules(server, info, requests);
        Unit unit = new Unit(info.id, info.resp3, List.copyOf(watches), requests, rules);
        open = false;
        watches.clear();
        return unit;
    }

    /** Replies to EXEC: with the replies from the store, and those of the commands that need none. */
    void deliver(Session session, ReplyBatch replies) {
        session.out().array(queued.size());
        for (Request request : List.copyOf(queued)) {
            session.out().resp3(session.info().resp3);
            int start = session.out().length();
            if (request.command().place() == Place.CONNECTION) {
                ConnectionCommands.run(session, request.command(), request.arguments());
            } else {
                replies.next(session.out());
                session.measured(request.command(), request.arguments(), replies.lastMicros());
            }
            session.countIfFailed(request.command(), start);
        }
        clear();
    }

    /** Runs a transaction of commands that need no store. */
    void runOnConnection(Session session) {
        open = false;
        deliver(session, new ReplyBatch());
    }
}
