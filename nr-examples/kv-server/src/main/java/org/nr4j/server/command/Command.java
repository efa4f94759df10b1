package org.nr4j.server.command;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of commands.
 *
 * @param name in upper case; with its container's name and a bar before it if it is a subcommand
 * @param arity the number of arguments with the name; negative for "at least"
 * @param flags as the command COMMAND answers them
 * @param keys where its keys are
 * @param group the group in the documentation
 * @param since the version of Redis that first had it
 * @param summary one sentence
 * @param body what it does on the store; null if the connection runs it
 */
public record Command(
        String name,
        int arity,
        Set<String> flags,
        KeyPositions keys,
        String group,
        String since,
        String summary,
        @Nullable Body body) {

    private static final Set<String> OWN_FLAGS = Set.of("container", "bare", "logged", "may_replicate", "every_key");

    /** What a command does on the store. */
    @FunctionalInterface
    public interface Body {
        /** Runs the command: reads, writes, and replies once. */
        void run(CommandContext context);
    }

    /** Where a command runs. */
    public enum Place {
        /** On the connection: it needs no store. */
        CONNECTION,
        /** On the replica of the connection's thread. */
        REPLICA,
        /** In the log, and then on each replica. */
        LOG
    }

    /** Returns where the command runs. */
    public Place place() {
        if (body == null) {
            return Place.CONNECTION;
        }
        return is("write") || is("logged") ? Place.LOG : Place.REPLICA;
    }

    /** Returns the flags that clients know. */
    public List<String> publicFlags() {
        return flags.stream()
                .filter(flag -> !OWN_FLAGS.contains(flag) && flag.indexOf('@') < 0)
                .toList();
    }

    /** Returns the name as messages have it: in lower case. */
    public String fullName() {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Whether the command can have this number of arguments, with its name. */
    public boolean accepts(int arguments) {
        return arity >= 0 ? arguments == arity : arguments >= -arity;
    }

    /** Returns the error for a wrong number of arguments. */
    public String arityError() {
        return "ERR wrong number of arguments for '" + fullName() + "' command";
    }

    /** Returns the keys among the arguments of a request; empty if the arguments are wrong. */
    public List<byte[]> keysOf(byte[][] request) {
        List<byte[]> found = keys.of(request);
        return found == null ? List.of() : found;
    }

    /** Returns the index of the first key; 0 if there is none at a fixed place. */
    public int firstKey() {
        return keys.first();
    }

    /** Returns the index of the last key, counted from the end if negative. */
    public int lastKey() {
        return keys.last();
    }

    /** Returns the distance of two keys. */
    public int keyStep() {
        return keys.step();
    }

    /** Whether only the arguments say how many keys there are. */
    public boolean hasMovableKeys() {
        return keys.isMovable();
    }

    /** Returns how long a blocking command that has run waits, in milliseconds; 0 for without an end. */
    public long timeoutMillis(byte[][] request) {
        return Blocking.timeoutMillis(this, request);
    }

    /** Whether the command has a flag. */
    public boolean is(String flag) {
        return flags.contains(flag);
    }
}
