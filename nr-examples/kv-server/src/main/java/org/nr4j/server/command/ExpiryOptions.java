package org.nr4j.server.command;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.type.Keyspace;

/** When a key expires, as a command says it. */
public final class ExpiryOptions {
    private static final long MILLIS = 1_000;

    private ExpiryOptions() {}

    /** A unit and a start of an instant. */
    public enum Form {
        EX(true, true),
        PX(false, true),
        EXAT(true, false),
        PXAT(false, false);

        final boolean seconds;
        final boolean relative;

        Form(boolean seconds, boolean relative) {
            this.seconds = seconds;
            this.relative = relative;
        }
    }

    /** Returns the form that an argument names; null if it names none, or if no argument follows. */
    public static @Nullable Form formAt(CommandContext c, int index) {
        if (index + 1 < c.count()) {
            for (Form form : Form.values()) {
                if (c.is(index, form.name())) {
                    return form;
                }
            }
        }
        return null;
    }

    /** Returns the instant of an argument, which must be positive. */
    public static long positive(CommandContext c, int index, Form form) {
        long value = c.integer(index);
        if (value <= 0) {
            throw invalid(c);
        }
        return instant(c, value, form);
    }

    /** Returns the instant of a number, in milliseconds since 1970. */
    public static long instant(CommandContext c, long value, Form form) {
        long millis = value;
        if (form.seconds) {
            if (value > Long.MAX_VALUE / MILLIS || value < Long.MIN_VALUE / MILLIS) {
                throw invalid(c);
            }
            millis *= MILLIS;
        }
        if (form.relative) {
            if (millis > Long.MAX_VALUE - c.now()) {
                throw invalid(c);
            }
            millis += c.now();
        }
        return Math.min(millis, LATEST);
    }

    /** The latest instant that the store takes, some 70 million years ahead. */
    private static final long LATEST = Long.MAX_VALUE / 4;

    /** Returns the error of an instant that cannot be. */
    public static CommandException invalid(CommandContext c) {
        return new CommandException("ERR invalid expire time in '" + c.command().fullName() + "' command");
    }

    /** Whether an instant stands for no expiry. */
    public static boolean isNever(long instant) {
        return instant == Keyspace.NEVER;
    }
}
