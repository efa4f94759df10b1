package org.nr4j.server.command.script;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Command;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.protocol.ReplyWriter;
import org.nr4j.server.script.CommandCaller;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.WrongTypeException;

/** Runs the commands that a script calls, in the transaction of the script. */
final class ScriptCaller implements CommandCaller {
    private static final String NOT_ALLOWED = "This Redis command is not allowed from script";
    private static final long MILLIS = 1_000;

    private final CommandContext context;
    private final Function<byte[][], Command> table;
    private final boolean readOnly;

    /** The database, which the script may change for itself. */
    private int database;

    ScriptCaller(CommandContext context, Function<byte[][], Command> table, boolean readOnly) {
        this.context = context;
        this.table = table;
        this.readOnly = readOnly;
        this.database = context.database();
    }

    @Override
    public boolean isCommand(byte[][] request) {
        return find(request) != null;
    }

    @Override
    public boolean isAllowed(byte[][] request) {
        Command command = find(request);
        try {
            return command != null && context.guard().problem(command, request) == null;
        } catch (CommandException e) {
            return false;
        }
    }

    private @Nullable Command find(byte[][] request) {
        try {
            return table.apply(request);
        } catch (CommandException e) {
            return null;
        }
    }

    @Override
    public void call(byte[][] request, ReplyWriter reply) {
        int events = context.keys().events();
        try {
            Command command = allowed(request);
            Command.Body body = command.body();
            if (body != null) {
                body.run(context.nested(command, request, database, reply));
            } else {
                runWithoutStore(command, request, reply);
            }
        } catch (CommandException | WrongTypeException e) {
            reply.truncate(0);
            context.keys().dropEvents(events);
            reply.error(String.valueOf(e.getMessage()));
        }
    }

    private Command allowed(byte[][] request) {
        Command command = find(request);
        if (command == null) {
            throw new CallRefusedException("Unknown Redis command called from script");
        }
        if (!command.accepts(request.length)) {
            throw new CallRefusedException("Wrong number of args calling Redis command from script");
        }
        if (command.is("noscript")) {
            throw new CallRefusedException(NOT_ALLOWED);
        }
        String problem = context.guard().problem(command, request);
        if (problem != null) {
            throw new CallRefusedException(problem);
        }
        if (readOnly && (command.is("write") || command.is("may_replicate"))) {
            throw new CallRefusedException("Write commands are not allowed from read-only scripts.");
        }
        return command;
    }

    /** The commands that connections run otherwise. Those that reach beyond the store are refused. */
    private void runWithoutStore(Command command, byte[][] request, ReplyWriter reply) {
        switch (command.name()) {
            case "PING" -> ping(command, request, reply);
            case "ECHO" -> reply.bulk(request[1]);
            case "SELECT" -> select(request[1], reply);
            case "TIME" -> {
                reply.array(2);
                reply.bulk(Long.toString(context.now() / MILLIS));
                reply.bulk(Long.toString(context.now() % MILLIS * MILLIS));
            }
            default -> throw new CallRefusedException(NOT_ALLOWED);
        }
    }

    private static void ping(Command command, byte[][] request, ReplyWriter reply) {
        if (request.length > 2) {
            throw new CommandException(command.arityError());
        }
        if (request.length == 2) {
            reply.bulk(request[1]);
        } else {
            reply.simple("PONG");
        }
    }

    private void select(byte[] number, ReplyWriter reply) {
        if (!Numbers.isLong(number)) {
            throw new CommandException(CommandException.NOT_AN_INTEGER);
        }
        long selected = Numbers.parseLong(number);
        if (selected < 0 || selected >= Keyspace.DATABASES) {
            throw new CommandException("ERR DB index is out of range");
        }
        database = (int) selected;
        reply.ok();
    }
}
