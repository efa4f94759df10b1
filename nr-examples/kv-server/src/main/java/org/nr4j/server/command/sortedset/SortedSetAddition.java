package org.nr4j.server.command.sortedset;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Member;

/** The commands ZADD and ZINCRBY. */
public final class SortedSetAddition {
    private boolean ifAbsent;
    private boolean ifPresent;
    private boolean ifGreater;
    private boolean ifLess;
    private boolean countsChanges;
    private boolean increments;

    /** The index of the first score. */
    private int from = 2;

    private long added;
    private long changed;

    private SortedSetAddition() {}

    public static SortedSetAddition increment() {
        SortedSetAddition addition = new SortedSetAddition();
        addition.increments = true;
        return addition;
    }

    /** Returns the addition that ZADD with some options does. */
    public static SortedSetAddition of(boolean ifAbsent, boolean ifPresent, boolean countsChanges) {
        SortedSetAddition addition = new SortedSetAddition();
        addition.ifAbsent = ifAbsent;
        addition.ifPresent = ifPresent;
        addition.countsChanges = countsChanges;
        return addition;
    }

    public static SortedSetAddition parse(CommandContext c) {
        SortedSetAddition addition = new SortedSetAddition();
        while (addition.from < c.count() && addition.option(c)) {
            addition.from++;
        }
        addition.check(c);
        return addition;
    }

    private boolean option(CommandContext c) {
        if (c.is(from, "NX")) {
            ifAbsent = true;
        } else if (c.is(from, "XX")) {
            ifPresent = true;
        } else if (c.is(from, "GT")) {
            ifGreater = true;
        } else if (c.is(from, "LT")) {
            ifLess = true;
        } else if (c.is(from, "CH")) {
            countsChanges = true;
        } else if (c.is(from, "INCR")) {
            increments = true;
        } else {
            return false;
        }
        return true;
    }

    private void check(CommandContext c) {
        int rest = c.count() - from;
        if (rest == 0 || rest % 2 != 0) {
            throw CommandException.syntax();
        }
        if (ifAbsent && ifPresent) {
            throw new CommandException("ERR XX and NX options at the same time are not compatible");
        }
        if ((ifGreater && ifAbsent) || (ifLess && ifAbsent) || (ifGreater && ifLess)) {
            throw new CommandException("ERR GT, LT, and/or NX options at the same time are not compatible");
        }
        if (increments && rest > 2) {
            throw new CommandException("ERR INCR option supports a single increment-element pair");
        }
    }

    public void run(CommandContext c) {
        List<Member> members = new ArrayList<>((c.count() - from) / 2);
        for (int i = from; i < c.count(); i += 2) {
            members.add(new Member(c.arg(i + 1), c.number(i)));
        }
        run(c, members);
    }

    /** Adds members to the set of the command's key, and replies. */
    public void run(CommandContext c, List<Member> members) {
        SortedSetData set = SortedSetCommands.set(c);
        Double last = null;
        for (Member member : members) {
            last = add(set, member.name(), member.score());
        }
        if (added + changed > 0) {
            set.save(increments ? "zincr" : "zadd");
        }
        if (!increments) {
            c.reply().integer(countsChanges ? added + changed : added);
        } else if (last == null) {
            c.reply().nullBulk();
        } else {
            c.reply().number(last);
        }
    }

    /** Adds a member if the options allow it. Returns its score; null if they do not. */
    private @Nullable Double add(SortedSetData set, byte[] member, double score) {
        Double before = set.score(member);
        if (before == null ? ifPresent : ifAbsent) {
            return null;
        }
        if (before == null) {
            set.put(member, before, score);
            added++;
            return score;
        }
        double after = increments ? before + score : score;
        if (Double.isNaN(after)) {
            throw new CommandException("ERR resulting score is not a number (NaN)");
        }
        if ((ifGreater && after <= before) || (ifLess && after >= before)) {
            return null;
        }
        if (after != before) {
            set.put(member, before, after);
            changed++;
        }
        return after;
    }
}
