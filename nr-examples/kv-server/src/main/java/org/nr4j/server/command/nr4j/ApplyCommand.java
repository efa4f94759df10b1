package org.nr4j.server.command.nr4j;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.Keyspace;
import org.nr4j.server.type.Type;

/**
 * Puts and removes strings: all, if each condition holds, or none. An operation has five arguments: PUT or DEL, key,
 * value, {@linkplain Condition condition}, and expiry. The expiry is empty for never, KEEP, or a number of milliseconds
 * from now. The conditions are about the strings before the command.
 */
public final class ApplyCommand {
    private static final int ARGUMENTS = 5;

    private ApplyCommand() {}

    /** Binds the command. */
    public static void bind(Binder binder) {
        binder.bind("NR.APPLY", ApplyCommand::run);
    }

    private record Operation(byte[] key, byte @Nullable [] value, long expiry) {}

    private static void run(CommandContext c) {
        if (c.count() % ARGUMENTS != 1) {
            throw c.wrongArity();
        }
        List<Operation> operations = new ArrayList<>();
        for (int i = 1; i < c.count(); i += ARGUMENTS) {
            operations.add(operation(c, i));
            requireCondition(c, i);
        }
        c.reply().array(operations.size());
        for (Operation operation : operations) {
            c.reply().integer(apply(c, operation));
        }
    }

    private static Operation operation(CommandContext c, int at) {
        boolean puts = c.is(at, "PUT");
        if (!puts && !c.is(at, "DEL")) {
            throw CommandException.syntax();
        }
        byte[] key = c.arg(at + 1);
        return new Operation(key, puts ? c.arg(at + 2) : null, expiry(c, key, at + 4));
    }

    private static long expiry(CommandContext c, byte[] key, int at) {
        if (c.arg(at).length == 0) {
            return Keyspace.NEVER;
        }
        if (c.is(at, "KEEP")) {
            return c.keys().expiry(c.database(), key);
        }
        return c.now() + c.integer(at, 1, Long.MAX_VALUE >> 3, "ERR invalid expire time in 'nr.apply' command");
    }

    private static void requireCondition(CommandContext c, int at) {
        byte[] key = c.arg(at + 1);
        Type type = c.keys().type(c.database(), key);
        if (type != null && type != Type.STRING) {
            throw new CommandException("WRONGTYPE operation " + at / ARGUMENTS + ": the key has a " + type.text());
        }
        Condition condition = Condition.parse(c.text(at + 3));
        if (!condition.holds(c.keys().string(c.database(), key))) {
            throw new CommandException("PRECONDITION operation " + at / ARGUMENTS + ": its condition does not hold");
        }
    }

    /** Returns whether a put created its key, or a removal found one. */
    private static boolean apply(CommandContext c, Operation operation) {
        if (operation.value == null) {
            return c.keys().remove(c.database(), operation.key);
        }
        boolean creates = !c.keys().exists(c.database(), operation.key);
        c.keys().setString(c.database(), operation.key, operation.value, operation.expiry);
        return creates;
    }
}
