package org.nr4j.server.command.stream;

import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.stream.StreamData;
import org.nr4j.server.type.stream.StreamId;

/** The options MAXLEN, MINID and LIMIT of XADD and XTRIM. */
final class StreamTrimming {
    /** Trimming with {@code ~} removes so many entries at a time, as a node of Redis has at most. */
    private static final long BLOCK = 100;

    /** How many entries trimming with {@code ~} removes at most, if the command does not say it. */
    private static final long DEFAULT_LIMIT = 100 * BLOCK;

    private final CommandContext c;
    private @Nullable Long maxLength;
    private @Nullable StreamId minId;
    private boolean approximates;
    private @Nullable Long limit;

    StreamTrimming(CommandContext c) {
        this.c = c;
    }

    /** Reads an option. Returns the index after it, or -1 if there is none at the index. */
    int option(int index) {
        if (index + 1 >= c.count()) {
            return -1;
        }
        if (c.is(index, "LIMIT")) {
            limit = c.integer(index + 1);
            if (limit < 0) {
                throw new CommandException("ERR The LIMIT argument must be >= 0.");
            }
            return index + 2;
        }
        boolean byLength = c.is(index, "MAXLEN");
        return byLength || c.is(index, "MINID") ? bound(index, byLength) : -1;
    }

    private int bound(int index, boolean byLength) {
        if (isGiven()) {
            throw syntax("MAXLEN and MINID options at the same time are not compatible");
        }
        boolean more = index + 2 < c.count();
        approximates = more && c.is(index + 1, "~");
        int at = approximates || (more && c.is(index + 1, "=")) ? index + 2 : index + 1;
        if (byLength) {
            maxLength = c.integer(at);
            if (maxLength < 0) {
                throw new CommandException("ERR The MAXLEN argument must be >= 0.");
            }
        } else {
            minId = StreamIds.strict(c, at);
        }
        return at + 1;
    }

    /** Throws an error if the options do not fit together. */
    void check() {
        if (limit != null && limit != 0 && !isGiven()) {
            throw syntax("LIMIT cannot be used without specifying a trimming strategy");
        }
    }

    /** Throws an error if there is a limit, but nothing that it could limit. */
    void checkLimit() {
        if (limit != null && !approximates) {
            throw syntax("LIMIT cannot be used without the special ~ option");
        }
    }

    static CommandException syntax(String rule) {
        return new CommandException("ERR syntax error, " + rule);
    }

    /** Whether the command says what to trim. */
    boolean isGiven() {
        return maxLength != null || minId != null;
    }

    /** Removes entries as the options say. Returns how many. */
    long trim(StreamData stream) {
        long above = maxLength != null ? Math.max(0, stream.size() - maxLength) : 0;
        long removed = minId != null ? stream.rank(minId) : above;
        if (approximates) {
            removed = wholeBlocks(stream.size(), removed);
        }
        if (removed > 0) {
            stream.trim(removed);
        }
        return removed;
    }

    private long wholeBlocks(long size, long removable) {
        long most = limit == null ? DEFAULT_LIMIT : limit == 0 ? Long.MAX_VALUE : limit;
        if (removable == size && size <= most) {
            return size;
        }
        long removed = Math.min(removable, most);
        return removed - removed % BLOCK;
    }
}
