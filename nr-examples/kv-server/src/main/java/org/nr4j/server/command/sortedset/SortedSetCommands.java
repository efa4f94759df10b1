package org.nr4j.server.command.sortedset;

import java.util.List;
import org.nr4j.server.command.Arguments;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.Elements;
import org.nr4j.server.command.RandomChoice;
import org.nr4j.server.command.Replies;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Bound;
import org.nr4j.server.type.SortedSetData.Member;

/** Sorted sets: members and their scores. */
public final class SortedSetCommands {
    private SortedSetCommands() {}

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("ZADD", c -> SortedSetAddition.parse(c).run(c));
        binder.bind("ZINCRBY", c -> SortedSetAddition.increment().run(c));
        binder.bind("ZREM", SortedSetCommands::remove);
        binder.bind("ZCARD", c -> c.reply().integer(set(c).size()));
        binder.bind("ZSCORE", c -> score(c, set(c), 2));
        binder.bind("ZMSCORE", SortedSetCommands::scores);
        binder.bind("ZRANK", c -> rank(c, /* descending= */ false));
        binder.bind("ZREVRANK", c -> rank(c, /* descending= */ true));
        binder.bind("ZPOPMIN", c -> pop(c, /* highest= */ false));
        binder.bind("ZPOPMAX", c -> pop(c, /* highest= */ true));
        binder.bind("ZMPOP", c -> popMany(c, 1));
        binder.bind("ZRANDMEMBER", SortedSetCommands::random);
    }

    public static SortedSetData set(CommandContext c) {
        return set(c, c.key());
    }

    public static SortedSetData set(CommandContext c, byte[] key) {
        return new SortedSetData(c.keys(), c.database(), key);
    }

    /** Replies with members; in version 3 of the protocol, each with its score is an array of its own. */
    public static void replyWith(CommandContext c, List<Member> members, boolean withScores) {
        boolean pairs = withScores && c.reply().isResp3();
        c.reply().array(withScores && !pairs ? 2L * members.size() : members.size());
        for (Member member : members) {
            if (pairs) {
                c.reply().array(2);
            }
            c.reply().bulk(member.name());
            if (withScores) {
                c.reply().number(member.score());
            }
        }
    }

    private static void remove(CommandContext c) {
        SortedSetData set = set(c);
        Elements.countChanges(c, set, set::remove, "zrem");
    }

    private static void score(CommandContext c, SortedSetData set, int index) {
        Double score = set.score(c.arg(index));
        if (score == null) {
            c.reply().nullBulk();
        } else {
            c.reply().number(score);
        }
    }

    private static void scores(CommandContext c) {
        SortedSetData set = set(c);
        c.reply().array(c.count() - 2);
        for (int i = 2; i < c.count(); i++) {
            score(c, set, i);
        }
    }

    private static void rank(CommandContext c, boolean descending) {
        if (c.count() > 4) {
            throw c.wrongArity();
        }
        boolean withScore = c.count() == 4;
        if (withScore && !c.is(3, "WITHSCORE")) {
            throw CommandException.syntax();
        }
        SortedSetData set = set(c);
        Double score = set.score(c.arg(2));
        if (score == null) {
            if (withScore) {
                c.reply().nullArray();
            } else {
                c.reply().nullBulk();
            }
            return;
        }
        long rank = set.rank(Bound.before(score, c.arg(2)));
        if (withScore) {
            c.reply().array(2);
        }
        c.reply().integer(descending ? set.size() - 1 - rank : rank);
        if (withScore) {
            c.reply().number(score);
        }
    }

    // ---- removal of the lowest or the highest ----

    /** Removes members from an end, and saves the set. */
    public static List<Member> take(SortedSetData set, boolean highest, long count) {
        long taken = Math.min(count, set.size());
        List<Member> members = highest
                ? set.range(set.size() - taken, set.size() - 1, /* descending= */ true)
                : set.range(0, taken - 1, /* descending= */ false);
        members.forEach(member -> set.remove(member.name()));
        if (!members.isEmpty()) {
            set.save(highest ? "zpopmax" : "zpopmin");
        }
        return members;
    }

    private static void pop(CommandContext c, boolean highest) {
        if (c.count() > 3) {
            throw CommandException.syntax();
        }
        boolean counted = c.count() == 3;
        long count = counted ? c.integer(2, 0, Long.MAX_VALUE, "ERR value is out of range, must be positive") : 1;
        List<Member> members = take(set(c), highest, count);
        if (counted || members.isEmpty()) {
            replyWith(c, members, /* withScores= */ true);
        } else {
            c.reply().array(2);
            c.reply().bulk(members.get(0).name());
            c.reply().number(members.get(0).score());
        }
    }

    private static void popMany(CommandContext c, int countAt) {
        if (!tryPopMany(c, countAt)) {
            c.reply().nullArray();
        }
    }

    /** Removes members of the first set that has some. Does nothing and returns false if there is none. */
    public static boolean tryPopMany(CommandContext c, int countAt) {
        int whereAt = Arguments.keysEnd(c, countAt);
        if (!c.is(whereAt, "MIN") && !c.is(whereAt, "MAX")) {
            throw CommandException.syntax();
        }
        long count = Arguments.countOption(c, whereAt + 1);
        for (int i = countAt + 1; i < whereAt; i++) {
            SortedSetData set = set(c, c.arg(i));
            if (!set.isEmpty()) {
                c.reply().array(2);
                c.reply().bulk(c.arg(i));
                replyInPairs(c, take(set, c.is(whereAt, "MAX"), count));
                return true;
            }
        }
        return false;
    }

    private static void replyInPairs(CommandContext c, List<Member> members) {
        c.reply().array(members.size());
        for (Member member : members) {
            c.reply().array(2);
            c.reply().bulk(member.name());
            c.reply().number(member.score());
        }
    }

    private static void random(CommandContext c) {
        if (c.count() == 2) {
            SortedSetData set = set(c);
            Replies.bulkOrNull(
                    c.reply(),
                    set.isEmpty()
                            ? null
                            : set.memberAt(c.random().nextLong(set.size())).name());
            return;
        }
        long count = RandomChoice.count(c, 2);
        boolean withScores = RandomChoice.isWith(c, "WITHSCORES", count);
        SortedSetData set = set(c);
        replyWith(c, RandomChoice.choose(c.random(), set.size(), count, set::memberAt), withScores);
    }
}
