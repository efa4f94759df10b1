package org.nr4j.server.command.string;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.WrongTypeException;

/** The command LCS. */
public final class LongestCommonSubsequence {
    private static final long MOST_CELLS = 1L << 28;

    private final byte[] a;
    private final byte[] b;

    /** The length of the longest common subsequence of the first i and the first j bytes, row by row. */
    private final int[] lengths;

    private final int width;
    private boolean onlyLength;
    private boolean withIndexes;
    private boolean withLengths;
    private long shortest;

    /** A match: ranges of both strings, inclusive. */
    private record Match(int aFirst, int aLast, int bFirst, int bLast) {}

    private LongestCommonSubsequence(CommandContext c) {
        this.a = StringCommands.orEmpty(string(c, 1));
        this.b = StringCommands.orEmpty(string(c, 2));
        parse(c);
        this.width = b.length + 1;
        if ((a.length + 1L) * width > MOST_CELLS) {
            throw new CommandException("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
        }
        this.lengths = new int[(a.length + 1) * width];
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("LCS", c -> new LongestCommonSubsequence(c).run(c));
    }

    private static byte @Nullable [] string(CommandContext c, int index) {
        try {
            return StringCommands.get(c, c.arg(index));
        } catch (WrongTypeException e) {
            throw new CommandException("ERR The specified keys must contain string values");
        }
    }

    private void parse(CommandContext c) {
        for (int i = 3; i < c.count(); i++) {
            if (c.is(i, "LEN")) {
                onlyLength = true;
            } else if (c.is(i, "IDX")) {
                withIndexes = true;
            } else if (c.is(i, "WITHMATCHLEN")) {
                withLengths = true;
            } else if (c.is(i, "MINMATCHLEN") && i + 1 < c.count()) {
                shortest = Math.max(0, c.integer(++i));
            } else {
                throw CommandException.syntax();
            }
        }
        if (onlyLength && withIndexes) {
            throw new CommandException("ERR If you want both the length and indexes, please just use IDX.");
        }
    }

    private void run(CommandContext c) {
        for (int i = 1; i <= a.length; i++) {
            for (int j = 1; j <= b.length; j++) {
                lengths[i * width + j] =
                        a[i - 1] == b[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
            }
        }
        int length = at(a.length, b.length);
        if (onlyLength) {
            c.reply().integer(length);
        } else if (withIndexes) {
            replyWithMatches(c, length);
        } else {
            c.reply().bulk(subsequence(length));
        }
    }

    private int at(int i, int j) {
        return lengths[i * width + j];
    }

    private byte[] subsequence(int length) {
        byte[] result = new byte[length];
        int i = a.length;
        int j = b.length;
        while (length > 0) {
            if (a[i - 1] == b[j - 1]) {
                result[--length] = a[--i];
                j--;
            } else if (at(i - 1, j) > at(i, j - 1)) {
                i--;
            } else {
                j--;
            }
        }
        return result;
    }

    private void replyWithMatches(CommandContext c, int length) {
        List<Match> matches = matches(length);
        c.reply().map(2);
        c.reply().bulk("matches");
        c.reply().array(matches.size());
        for (Match match : matches) {
            c.reply().array(withLengths ? 3 : 2);
            c.reply().array(2);
            c.reply().integer(match.aFirst);
            c.reply().integer(match.aLast);
            c.reply().array(2);
            c.reply().integer(match.bFirst);
            c.reply().integer(match.bLast);
            if (withLengths) {
                c.reply().integer(match.aLast - match.aFirst + 1);
            }
        }
        c.reply().bulk("len");
        c.reply().integer(length);
    }

    /** Returns the ranges that the subsequence consists of, the last first. */
    private List<Match> matches(int length) {
        List<Match> matches = new ArrayList<>();
        int i = a.length;
        int j = b.length;
        int rest = length;
        while (rest > 0) {
            int aLast = i - 1;
            int bLast = j - 1;
            while (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
                i--;
                j--;
                rest--;
            }
            if (i <= aLast) {
                if (aLast - i + 1 >= shortest) {
                    matches.add(new Match(i, aLast, j, bLast));
                }
            } else if (at(i - 1, j) > at(i, j - 1)) {
                i--;
            } else {
                j--;
            }
        }
        return matches;
    }
}
