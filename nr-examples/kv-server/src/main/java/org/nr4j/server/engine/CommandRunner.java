package org.nr4j.server.engine;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.nr4j.server.acl.ScriptGuard;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Guard;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.WrongTypeException;

/** Runs units in one transaction of the store. */
final class CommandRunner {
    /** After so many bytes of replies, further reads wait until these are sent. */
    private static final int LONGEST_REPLIES = 4 << 20;

    private final Keyspace keyspace;
    private final SplittableRandom random;
    private final ReplyBatch replies;
    private final RequestPrefetch prefetch;

    private final long began = System.nanoTime();

    /** How many microseconds after the begin the last command ended. So the times of all have the right sum. */
    private long lastMicros;

    private CommandRunner(Keyspace keyspace, long seed, List<Unit> units, ReplyBatch replies) {
        this.keyspace = keyspace;
        this.random = new SplittableRandom(seed);
        this.replies = replies;
        this.prefetch = new RequestPrefetch(keyspace, units);
    }

    /** Runs units in their order, and adds their replies to a batch, which it clears first. */
    static void run(Keyspace keyspace, long seed, List<Unit> units, ReplyBatch replies) {
        replies.clear();
        CommandRunner runner = new CommandRunner(keyspace, seed, units, replies);
        units.forEach(runner::run);
        replies.lookedUp(keyspace.hits(), keyspace.misses());
    }

    private void run(Unit unit) {
        boolean runs = isUnchanged(unit);
        replies.addUnit(runs);
        replies.events().client(unit.client());
        if (runs) {
            replies.writer().resp3(unit.resp3());
            Guard guard = unit.rules() == null ? Guard.NONE : ScriptGuard.of(unit.rules());
            for (Request request : unit.requests()) {
                if (mustWait(unit)) {
                    replies.addReply(ReplyBatch.NOT_RUN, 0);
                    break;
                }
                run(unit, request, guard);
            }
        }
    }

    /** Whether the keys that a transaction depends on are unchanged. Ends the watches. */
    private boolean isUnchanged(Unit unit) {
        boolean unchanged = true;
        if (unit.watches() != null) {
            for (Watch watch : unit.watches()) {
                unchanged &= keyspace.watches().isUnchanged(watch.database(), watch.key(), unit.client());
            }
            for (Watch watch : unit.watches()) {
                keyspace.watches().remove(watch.database(), watch.key(), unit.client());
            }
        }
        return unchanged;
    }

    /** Whether the rest of a unit waits until the replies so far are sent. */
    private boolean mustWait(Unit unit) {
        return replies.writer().length() > LONGEST_REPLIES && !keyspace.isWriting() && !unit.isTransaction();
    }

    private void run(Unit unit, Request request, Guard guard) {
        prefetch.beforeNext();
        ReplyWriter writer = replies.writer();
        int start = writer.length();
        int events = replies.events().size();
        Command.Body body = Objects.requireNonNull(request.command().body());
        try {
            body.run(new CommandContext(
                    request.command(),
                    request.arguments(),
                    request.database(),
                    unit.client(),
                    !unit.isTransaction(),
                    keyspace,
                    random,
                    writer,
                    guard));
        } catch (CommandException | WrongTypeException e) {
            writer.truncate(start);
            replies.events().truncate(events);
            writer.error(Objects.requireNonNull(e.getMessage()));
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
        replies.addReply(writer.length() - start, micros - lastMicros);
        lastMicros = micros;
    }
}
