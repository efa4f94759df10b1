package org.nr4j.server.command.generic;

import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.ExpiryOptions;
import org.nr4j.server.command.ExpiryOptions.Form;
import org.nr4j.server.type.Keyspace;

/** When keys expire. */
public final class ExpiryCommands {
    private static final int NO_KEY = -2;
    private static final long MILLIS = 1_000;

    private ExpiryCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("EXPIRE", c -> expire(c, Form.EX));
        binder.bind("PEXPIRE", c -> expire(c, Form.PX));
        binder.bind("EXPIREAT", c -> expire(c, Form.EXAT));
        binder.bind("PEXPIREAT", c -> expire(c, Form.PXAT));
        binder.bind("TTL", c -> left(c, /* seconds= */ true));
        binder.bind("PTTL", c -> left(c, /* seconds= */ false));
        binder.bind("EXPIRETIME", c -> instant(c, /* seconds= */ true));
        binder.bind("PEXPIRETIME", c -> instant(c, /* seconds= */ false));
        binder.bind("PERSIST", ExpiryCommands::persist);
    }

    private static void expire(CommandContext c, Form form) {
        Conditions conditions = Conditions.parse(c);
        long instant = ExpiryOptions.instant(c, c.integer(2), form);
        boolean sets = c.keys().exists(c.database(), c.key())
                && conditions.allow(c.keys().expiry(c.database(), c.key()), instant);
        if (sets) {
            // A negative instant has passed, but must not be taken for none.
            c.keys().setExpiry(c.database(), c.key(), Math.max(0, instant));
        }
        c.reply().integer(sets);
    }

    private static void left(CommandContext c, boolean seconds) {
        long instant = c.keys().expiry(c.database(), c.key());
        if (instant == Keyspace.NEVER) {
            withoutExpiry(c);
        } else {
            long left = Math.max(0, instant - c.now());
            c.reply().integer(seconds ? (left + MILLIS / 2) / MILLIS : left);
        }
    }

    private static void instant(CommandContext c, boolean seconds) {
        long instant = c.keys().expiry(c.database(), c.key());
        if (instant == Keyspace.NEVER) {
            withoutExpiry(c);
        } else {
            c.reply().integer(seconds ? (instant + MILLIS / 2) / MILLIS : instant);
        }
    }

    private static void withoutExpiry(CommandContext c) {
        c.reply().integer(c.keys().exists(c.database(), c.key()) ? Keyspace.NEVER : NO_KEY);
    }

    private static void persist(CommandContext c) {
        boolean expires = c.keys().expiry(c.database(), c.key()) != Keyspace.NEVER;
        if (expires) {
            c.keys().setExpiry(c.database(), c.key(), Keyspace.NEVER);
        }
        c.reply().integer(expires);
    }

    /** The conditions of EXPIRE and its like. */
    private record Conditions(boolean ifNone, boolean ifSome, boolean ifLater, boolean ifEarlier) {
        static Conditions parse(CommandContext c) {
            boolean ifNone = false;
            boolean ifSome = false;
            boolean ifLater = false;
            boolean ifEarlier = false;
            for (int i = 3; i < c.count(); i++) {
                ifNone |= c.is(i, "NX");
                ifSome |= c.is(i, "XX");
                ifLater |= c.is(i, "GT");
                ifEarlier |= c.is(i, "LT");
                if (!c.is(i, "NX") && !c.is(i, "XX") && !c.is(i, "GT") && !c.is(i, "LT")) {
                    throw new CommandException("ERR Unsupported option " + c.text(i));
                }
            }
            if (ifNone && (ifSome || ifLater || ifEarlier)) {
                throw new CommandException("ERR NX and XX, GT or LT options at the same time are not compatible");
            }
            if (ifLater && ifEarlier) {
                throw new CommandException("ERR GT and LT options at the same time are not compatible");
            }
            return new Conditions(ifNone, ifSome, ifLater, ifEarlier);
        }

        boolean allow(long before, long instant) {
            boolean expires = before != Keyspace.NEVER;
            return !(ifNone && expires)
                    && !(ifSome && !expires)
                    && !(ifLater && (!expires || instant <= before))
                    && !(ifEarlier && expires && instant >= before);
        }
    }
}
