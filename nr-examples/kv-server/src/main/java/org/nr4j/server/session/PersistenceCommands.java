package org.nr4j.server.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Ascii;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.session.ConnectionCommands.SessionBody;

/** Commands that concern the disk, and the end of the server. A client that waits for the disk holds up no other. */
final class PersistenceCommands {
    private static final Logger LOGGER = System.getLogger(PersistenceCommands.class.getName());

    private PersistenceCommands() {}

    static void bind(Map<String, SessionBody> bodies) {
        bodies.put("SAVE", PersistenceCommands::save);
        bodies.put("BGSAVE", PersistenceCommands::saveInBackground);
        bodies.put("BGREWRITEAOF", PersistenceCommands::rewrite);
        bodies.put(
                "LASTSAVE",
                (session, args) ->
                        session.out().integer(session.server().persistence().lastSaveSeconds()));
        bodies.put("WAIT", PersistenceCommands::awaitCopies);
        bodies.put("WAITAOF", PersistenceCommands::awaitDisk);
        bodies.put("SHUTDOWN", PersistenceCommands::shutDown);
    }

    private static Persistence onDisk(Session session) {
        if (session.server().isMember()) {
            throw new CommandException(
                    "ERR a member of a cluster saves its data by itself, before it replies. There is nothing to do");
        }
        if (!session.server().engine().isDurable()) {
            throw new CommandException(
                    "ERR the server keeps its data in memory only. Start it with a directory (--dir) to save it");
        }
        return session.server().persistence();
    }

    // ---- saves ----

    private static void save(Session session, byte[][] args) {
        CompletableFuture<?> save = onDisk(session).save();
        if (save == null) {
            throw new CommandException("ERR Background save already in progress");
        }
        session.resumeAfter(save, failure -> {
            ReplyWriter reply = new ReplyWriter(64);
            if (failure == null) {
                reply.ok();
            } else {
                reply.error("ERR " + causeOf(failure));
            }
            return reply;
        });
    }

    private static void saveInBackground(Session session, byte[][] args) {
        if (args.length > 2 || (args.length == 2 && !Ascii.is(args[1], "SCHEDULE"))) {
            throw new CommandException("ERR syntax error");
        }
        CompletableFuture<?> save = onDisk(session).save();
        if (save == null) {
            throw new CommandException("ERR Background save already in progress");
        }
        logFailure(save, "a save failed");
        session.out().simple("Background saving started");
    }

    private static void rewrite(Session session, byte[][] args) {
        CompletableFuture<?> rewrite = onDisk(session).rewrite();
        if (rewrite == null) {
            throw new CommandException("ERR Background append only file rewriting already in progress");
        }
        logFailure(rewrite, "the log could not be rewritten");
        session.out().simple("Background append only file rewriting started");
    }

    private static void logFailure(CompletableFuture<?> task, String message) {
        CompletableFuture<?> unused = task.whenComplete((result, failure) -> {
            if (failure != null) {
                LOGGER.log(Level.WARNING, message, failure);
            }
        });
    }

    private static String causeOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    // ---- waits ----

    /** WAIT: there are no copies to which writes go. So it ends at once, or when the time is over. */
    private static void awaitCopies(Session session, byte[][] args) {
        long copies = notNegative(args[1]);
        long millis = timeout(args[2]);
        ReplyWriter none = new ReplyWriter(16);
        none.integer(0);
        if (copies == 0 || !session.canWait()) {
            session.out().integer(0);
        } else {
            session.resumeAfter(new CompletableFuture<>(), failure -> none);
            session.endWaitAfter(millis, none::toByteArray);
        }
    }

    private static void awaitDisk(Session session, byte[][] args) {
        long local = number(args[1], "ERR value is not an integer or out of range");
        if (local < 0 || local > 1) {
            throw new CommandException("ERR value is out of range, value must between 0 and 1");
        }
        long copies = notNegative(args[2]);
        long millis = timeout(args[3]);
        boolean durable = session.server().engine().isDurable();
        if (local == 1 && !durable) {
            throw new CommandException("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
        }
        if (!session.canWait() || (!durable && copies == 0)) {
            acknowledge(session.out(), false);
            return;
        }
        CompletableFuture<?> persisted = durable ? session.server().engine().persist() : new CompletableFuture<>();
        CompletableFuture<?> enough = copies == 0 ? persisted : new CompletableFuture<>();
        session.resumeAfter(enough, failure -> acknowledge(new ReplyWriter(16), failure == null));
        session.endWaitAfter(
                millis,
                () -> acknowledge(new ReplyWriter(16), isDone(persisted)).toByteArray());
    }

    private static boolean isDone(CompletableFuture<?> future) {
        return future.isDone() && !future.isCompletedExceptionally();
    }

    private static ReplyWriter acknowledge(ReplyWriter out, boolean local) {
        out.array(2);
        out.integer(local ? 1 : 0);
        out.integer(0);
        return out;
    }

    private static long number(byte[] argument, String error) {
        if (!Numbers.isLong(argument)) {
            throw new CommandException(error);
        }
        return Numbers.parseLong(argument);
    }

    private static long notNegative(byte[] argument) {
        long number = number(argument, "ERR value is not an integer or out of range");
        if (number < 0) {
            throw new CommandException("ERR value is out of range, must be positive");
        }
        return number;
    }

    private static long timeout(byte[] argument) {
        long millis = number(argument, "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new CommandException("ERR timeout is negative");
        }
        return millis;
    }

    // ---- the end ----

    private static void shutDown(Session session, byte[][] args) {
        boolean saves = false;
        boolean drops = false;
        boolean force = false;
        boolean abort = false;
        for (int i = 1; i < args.length; i++) {
            if (Ascii.is(args[i], "SAVE")) {
                saves = true;
            } else if (Ascii.is(args[i], "NOSAVE")) {
                drops = true;
            } else if (Ascii.is(args[i], "FORCE")) {
                force = true;
            } else if (Ascii.is(args[i], "ABORT")) {
                abort = true;
            } else if (!Ascii.is(args[i], "NOW")) {
                throw new CommandException("ERR syntax error");
            }
        }
        if ((saves && drops) || (abort && args.length > 2)) {
            throw new CommandException("ERR syntax error");
        }
        if (abort) {
            throw new CommandException("ERR No shutdown in progress.");
        }
        shutDown(session, saves, drops, force);
    }

    private static void shutDown(Session session, boolean saves, boolean drops, boolean force) {
        ServerState server = session.server();
        boolean durable = server.isLoaded() && server.engine().isDurable();
        if (saves && !durable && !force) {
            LOGGER.log(Level.WARNING, "a server without a directory cannot save; SHUTDOWN NOSAVE ends it");
            throw new CommandException("ERR Errors trying to SHUTDOWN. Check logs.");
        }
        LOGGER.log(Level.INFO, "a client ends the server: client={0}", session.info().id);
        CompletableFuture<?> saved =
                durable && !drops ? server.engine().persist() : CompletableFuture.completedFuture(null);
        session.resumeAfter(saved, failure -> end(server, failure, force));
    }

    /** Ends the server, unless the last save failed. Returns the reply: none if the server ends. */
    private static ReplyWriter end(ServerState server, @Nullable Throwable failure, boolean force) {
        ReplyWriter reply = new ReplyWriter(64);
        if (failure == null || force) {
            server.shutDown();
        } else {
            LOGGER.log(Level.ERROR, "the last writes are not on the disk; SHUTDOWN NOSAVE ends the server", failure);
            reply.error("ERR Errors trying to SHUTDOWN. Check logs.");
        }
        return reply;
    }
}
