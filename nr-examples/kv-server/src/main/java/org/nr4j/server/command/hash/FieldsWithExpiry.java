package org.nr4j.server.command.hash;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.ExpiryOptions;
import org.nr4j.server.command.ExpiryOptions.Form;
import org.nr4j.server.command.Replies;
import org.nr4j.server.type.HashData;
import org.nr4j.server.type.Keyspace;

/** HGETDEL, HGETEX and HSETEX: fields that are read or written, and whose expiry changes. */
final class FieldsWithExpiry {
    private final CommandContext c;

    /** How many words a field has: two with its value. */
    private final int step;

    /** The option that leaves expiry alone or ends it: KEEPTTL or PERSIST. */
    private final String otherOption;

    private boolean ifNone;
    private boolean ifAll;
    private boolean other;
    private long instant = Keyspace.NEVER;
    private @Nullable FieldList fields;

    private FieldsWithExpiry(CommandContext c, int step, String otherOption) {
        this.c = c;
        this.step = step;
        this.otherOption = otherOption;
    }

    static void bind(Binder binder) {
        binder.bind("HGETDEL", FieldsWithExpiry::getAndDelete);
        binder.bind("HGETEX", c -> new FieldsWithExpiry(c, 1, "PERSIST").get());
        binder.bind("HSETEX", c -> new FieldsWithExpiry(c, 2, "KEEPTTL").set());
    }

    private static void getAndDelete(CommandContext c) {
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        FieldList fields = FieldList.at(c, 2);
        c.reply().array(fields.count());
        boolean removed = false;
        for (int i = fields.first(); i < fields.end(); i++) {
            Replies.bulkOrNull(c.reply(), hash.get(c.arg(i)));
            removed |= hash.remove(c.arg(i));
        }
        if (removed) {
            hash.save("hdel");
        }
    }

    // ---- options ----

    private FieldList parse() {
        int i = 2;
        while (i < c.count()) {
            i = c.is(i, "FIELDS") ? parseFields(i) : parseOption(i);
        }
        if (fields == null) {
            throw new CommandException("ERR missing FIELDS argument");
        }
        return fields;
    }

    private int parseFields(int index) {
        if (fields != null) {
            throw new CommandException("ERR FIELDS argument specified multiple times");
        }
        if (index + 2 >= c.count()) {
            throw c.wrongArity();
        }
        long count = c.integer(index + 1, 1, Integer.MAX_VALUE, "ERR invalid number of fields");
        if (count * step > c.count() - index - 2) {
            throw c.wrongArity();
        }
        fields = new FieldList(index + 2, (int) count);
        return fields.first() + (int) count * step;
    }

    private int parseOption(int index) {
        Form form = ExpiryOptions.formAt(c, index);
        boolean isOther = c.is(index, otherOption);
        if (form != null || isOther) {
            if (other || instant != Keyspace.NEVER) {
                throw new CommandException(
                        "ERR Only one of EX, PX, EXAT, PXAT or " + otherOption + " arguments can be specified");
            }
            other = isOther;
            instant = form == null ? Keyspace.NEVER : FieldExpiryCommands.instant(c, index + 1, form);
            return form == null ? index + 1 : index + 2;
        }
        boolean isNone = step == 2 && c.is(index, "FNX");
        boolean isAll = step == 2 && c.is(index, "FXX");
        if (!isNone && !isAll) {
            throw new CommandException("ERR unknown argument: " + c.text(index));
        }
        if (ifNone || ifAll) {
            throw new CommandException("ERR Only one of FXX or FNX arguments can be specified");
        }
        ifNone = isNone;
        ifAll = isAll;
        return index + 1;
    }

    // ---- HGETEX ----

    private void get() {
        FieldList list = parse();
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        c.reply().array(list.count());
        boolean persisted = false;
        boolean changed = false;
        boolean removed = false;
        for (int i = list.first(); i < list.end(); i++) {
            byte[] field = c.arg(i);
            byte[] value = hash.get(field);
            Replies.bulkOrNull(c.reply(), value);
            if (value != null && instant != Keyspace.NEVER) {
                boolean stays = FieldExpiryCommands.expire(c, hash, field, instant);
                changed |= stays;
                removed |= !stays;
            } else if (other && hash.expiry(field) != Keyspace.NEVER) {
                hash.setExpiry(field, Keyspace.NEVER);
                persisted = true;
            }
        }
        if (persisted) {
            hash.save("hpersist");
        }
        FieldExpiryCommands.save(hash, changed, removed);
    }

    // ---- HSETEX ----

    private void set() {
        FieldList list = parse();
        HashData hash = new HashData(c.keys(), c.database(), c.key());
        boolean sets = true;
        for (int i = 0; i < list.count(); i++) {
            boolean exists = hash.contains(c.arg(list.first() + 2 * i));
            sets &= !(ifNone && exists) && !(ifAll && !exists);
        }
        if (sets) {
            set(list, hash);
        }
        c.reply().integer(sets);
    }

    private void set(FieldList list, HashData hash) {
        boolean stays = instant == Keyspace.NEVER || instant > c.now();
        for (int i = 0; i < list.count(); i++) {
            byte[] field = c.arg(list.first() + 2 * i);
            byte[] value = c.arg(list.first() + 2 * i + 1);
            if (!stays) {
                hash.remove(field);
            } else if (other) {
                hash.putAndKeepExpiry(field, value);
            } else {
                hash.put(field, value);
            }
            if (stays && instant != Keyspace.NEVER) {
                hash.setExpiry(field, instant);
            }
        }
        hash.event("hset");
        if (!stays && hash.isEmpty() && !hash.exists()) {
            return;
        }
        if (!stays) {
            hash.save("hdel");
        } else if (instant == Keyspace.NEVER) {
            hash.save();
        } else {
            hash.save("hexpire");
        }
    }
}
