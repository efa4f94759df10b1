package org.nr4j.server.command.hash;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.ExpiryOptions;
import org.nr4j.server.command.ExpiryOptions.Form;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.Keyspace;

/** When fields of hashes expire. */
public final class FieldExpiryCommands {
    private static final long MILLIS = 1_000;
    private static final int NO_FIELD = -2;
    private static final int NO_EXPIRY = -1;
    private static final int REFUSED = 0;
    private static final int CHANGED = 1;
    private static final int REMOVED = 2;

    private FieldExpiryCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("HEXPIRE", c -> expire(c, Form.EX));
        binder.bind("HPEXPIRE", c -> expire(c, Form.PX));
        binder.bind("HEXPIREAT", c -> expire(c, Form.EXAT));
        binder.bind("HPEXPIREAT", c -> expire(c, Form.PXAT));
        binder.bind("HTTL", c -> times(c, instant -> (instant - c.now() + MILLIS - 1) / MILLIS));
        binder.bind("HPTTL", c -> times(c, instant -> instant - c.now()));
        binder.bind("HEXPIRETIME", c -> times(c, instant -> (instant + MILLIS - 1) / MILLIS));
        binder.bind("HPEXPIRETIME", c -> times(c, instant -> instant));
        binder.bind("HPERSIST", FieldExpiryCommands::persist);
        FieldsWithExpiry.bind(binder);
    }

    // ---- instants ----

    /** Returns the instant in an argument, in milliseconds since 1970. */
    static long instant(CommandContext c, int index, Form form) {
        long value = c.integer(index);
        if (value < 0) {
            throw new CommandException("ERR invalid expire time, must be >= 0");
        }
        long instant = ExpiryOptions.instant(c, value, form);
        if (instant > HashData.LATEST_EXPIRY) {
            throw ExpiryOptions.invalid(c);
        }
        return instant;
    }

    /** Lets a field that exists expire. Removes it if its instant has come. Returns whether it stays. */
    static boolean expire(CommandContext c, HashData hash, byte[] field, long instant) {
        boolean stays = instant > c.now();
        if (stays) {
            hash.setExpiry(field, instant);
        } else {
            hash.remove(field);
        }
        return stays;
    }

    // ---- HEXPIRE and its like ----

    private enum Condition {
        NX,
        XX,
        GT,
        LT;

        static @Nullable Condition at(CommandContext c, int index) {
            for (Condition condition : values()) {
                if (c.is(index, condition.name())) {
                    return condition;
                }
            }
            return null;
        }

        boolean allows(long before, long instant) {
            boolean expires = before != Keyspace.NEVER;
            return switch (this) {
                case NX -> !expires;
                case XX -> expires;
                case GT -> expires && instant > before;
                case LT -> !expires || instant < before;
            };
        }
    }

    private static void expire(CommandContext c, Form form) {
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        long instant = instant(c, 2, form);
        Condition condition = Condition.at(c, 3);
        FieldList fields =
                FieldList.at(c, condition == null ? 3 : 4, "ERR Parameter `numFields` should be greater than 0");
        c.reply().array(fields.count());
        boolean changed = false;
        boolean removed = false;
        for (int i = fields.first(); i < fields.end(); i++) {
            int answer = expire(c, hash, c.arg(i), instant, condition);
            changed |= answer == CHANGED;
            removed |= answer == REMOVED;
            c.reply().integer(answer);
        }
        save(hash, changed, removed);
    }

    private static int expire(
            CommandContext c, HashData hash, byte[] field, long instant, @Nullable Condition condition) {
        if (!hash.contains(field)) {
            return NO_FIELD;
        }
        if (condition != null && !condition.allows(hash.expiry(field), instant)) {
            return REFUSED;
        }
        return expire(c, hash, field, instant) ? CHANGED : REMOVED;
    }

    /** Saves a hash of which some fields have got another expiry, or were removed since theirs has passed. */
    static void save(HashData hash, boolean changed, boolean removed) {
        if (changed && removed) {
            hash.event("hexpire");
        }
        if (changed || removed) {
            hash.save(removed ? "hdel" : "hexpire");
        }
    }

    // ---- the others ----

    /** What a command shows of an instant. */
    @FunctionalInterface
    private interface View {
        long of(long instant);
    }

    private static void times(CommandContext c, View view) {
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        FieldList fields = FieldList.at(c, 2);
        c.reply().array(fields.count());
        for (int i = fields.first(); i < fields.end(); i++) {
            long instant = hash.expiry(c.arg(i));
            if (instant != Keyspace.NEVER) {
                c.reply().integer(view.of(instant));
            } else {
                c.reply().integer(hash.contains(c.arg(i)) ? NO_EXPIRY : NO_FIELD);
            }
        }
    }

    private static void persist(CommandContext c) {
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        FieldList fields = FieldList.at(c, 2);
        c.reply().array(fields.count());
        boolean changed = false;
        for (int i = fields.first(); i < fields.end(); i++) {
            byte[] field = c.arg(i);
            if (hash.expiry(field) != Keyspace.NEVER) {
                hash.setExpiry(field, Keyspace.NEVER);
                changed = true;
                c.reply().integer(CHANGED);
            } else {
                c.reply().integer(hash.contains(field) ? NO_EXPIRY : NO_FIELD);
            }
        }
        if (changed) {
            hash.save("hpersist");
        }
    }
}
