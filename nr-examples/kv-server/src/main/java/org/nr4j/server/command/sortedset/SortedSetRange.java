package org.nr4j.server.command.sortedset;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nr4j.server.command.Binder;
import org.nr4j.server.command.CommandContext;
import org.nr4j.server.command.CommandException;
import org.nr4j.server.command.IndexRange;
import org.nr4j.server.protocol.Numbers;
import org.nr4j.server.type.SortedSetData;
import org.nr4j.server.type.SortedSetData.Bound;
import org.nr4j.server.type.SortedSetData.Member;

/** Ranges of sorted sets. Each range, whatever its form, becomes one of ranks, which takes O(log n). */
public final class SortedSetRange {
    /** What the two ends of a range are. */
    public enum Form {
        RANK,
        SCORE,
        NAME
    }

    private Form form;
    private boolean descending;
    private boolean withScores;
    private long offset;
    private long limit = -1;
    private @Nullable End low;
    private @Nullable End high;

    private SortedSetRange(Form form, boolean descending) {
        this.form = form;
        this.descending = descending;
    }

    /** Binds the commands. */
    public static void bind(Binder binder) {
        binder.bind("ZRANGE", c -> query(c, Form.RANK, false, true));
        binder.bind("ZREVRANGE", c -> query(c, Form.RANK, true, false));
        binder.bind("ZRANGEBYSCORE", c -> query(c, Form.SCORE, false, false));
        binder.bind("ZREVRANGEBYSCORE", c -> query(c, Form.SCORE, true, false));
        binder.bind("ZRANGEBYLEX", c -> query(c, Form.NAME, false, false));
        binder.bind("ZREVRANGEBYLEX", c -> query(c, Form.NAME, true, false));
        binder.bind("ZRANGESTORE", SortedSetRange::store);
        binder.bind("ZCOUNT", c -> count(c, Form.SCORE));
        binder.bind("ZLEXCOUNT", c -> count(c, Form.NAME));
        binder.bind("ZREMRANGEBYRANK", c -> remove(c, Form.RANK));
        binder.bind("ZREMRANGEBYSCORE", c -> remove(c, Form.SCORE));
        binder.bind("ZREMRANGEBYLEX", c -> remove(c, Form.NAME));
    }

    // ---- the commands ----

    private static void query(CommandContext c, Form form, boolean descending, boolean choosesForm) {
        SortedSetRange range = new SortedSetRange(form, descending);
        range.parseOptions(c, 4, choosesForm, /* stores= */ false);
        range.parseEnds(c, 2);
        List<Member> members = range.members(SortedSetCommands.set(c));
        SortedSetCommands.replyWith(c, members, range.withScores);
    }

    private static void store(CommandContext c) {
        SortedSetRange range = new SortedSetRange(Form.RANK, /* descending= */ false);
        range.parseOptions(c, 5, /* choosesForm= */ true, /* stores= */ true);
        range.parseEnds(c, 3);
        List<Member> members = range.members(SortedSetCommands.set(c, c.arg(2)));
        boolean replaces = c.keys().remove(c.database(), c.key());
        SortedSetData target = SortedSetCommands.set(c);
        members.forEach(member -> target.put(member.name(), member.score()));
        target.saveInPlace(replaces, "zrangestore");
        c.reply().integer(members.size());
    }

    private static void count(CommandContext c, Form form) {
        SortedSetRange range = new SortedSetRange(form, /* descending= */ false);
        range.parseEnds(c, 2);
        Ranks ranks = range.ranks(SortedSetCommands.set(c));
        c.reply().integer(Math.max(0, ranks.stop - ranks.start + 1));
    }

    private static void remove(CommandContext c, Form form) {
        SortedSetRange range = new SortedSetRange(form, /* descending= */ false);
        range.parseEnds(c, 2);
        SortedSetData set = SortedSetCommands.set(c);
        List<Member> members = range.members(set);
        members.forEach(member -> set.remove(member.name()));
        if (!members.isEmpty()) {
            set.save(c.command().fullName());
        }
        c.reply().integer(members.size());
    }

    // ---- arguments ----

    private void parseOptions(CommandContext c, int from, boolean choosesForm, boolean stores) {
        boolean formChosen = !choosesForm;
        for (int i = from; i < c.count(); i++) {
            if (!stores && c.is(i, "WITHSCORES")) {
                withScores = true;
            } else if (c.is(i, "LIMIT") && i + 2 < c.count()) {
                offset = c.integer(i + 1);
                limit = c.integer(i + 2);
                i += 2;
            } else if (choosesForm && !descending && c.is(i, "REV")) {
                descending = true;
            } else if (!formChosen && (c.is(i, "BYLEX") || c.is(i, "BYSCORE"))) {
                form = c.is(i, "BYLEX") ? Form.NAME : Form.SCORE;
                formChosen = true;
            } else {
                throw CommandException.syntax();
            }
        }
        if (limit != -1 && form == Form.RANK) {
            throw new CommandException(
                    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or" + " BYLEX");
        }
        if (withScores && form == Form.NAME) {
            throw new CommandException("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
        }
    }

    private void parseEnds(CommandContext c, int from) {
        boolean swapped = descending && form != Form.RANK;
        End first = End.parse(c, from, form, /* isLow= */ !swapped);
        End second = End.parse(c, from + 1, form, /* isLow= */ swapped);
        low = swapped ? second : first;
        high = swapped ? first : second;
    }

    /**
     * One end of a range.
     *
     * @param rank of a rank
     * @param score of a score
     * @param name of a name; null for no bound
     * @param after whether the bound is after what it names
     * @param infinite of a name: -1 before all names, 1 after all
     */
    private record End(long rank, double score, byte @Nullable [] name, boolean after, int infinite) {
        static End parse(CommandContext c, int index, Form form, boolean isLow) {
            return switch (form) {
                case RANK -> new End(c.integer(index), 0, null, false, 0);
                case SCORE -> ofScore(c.arg(index), isLow);
                case NAME -> ofName(c.arg(index), isLow);
            };
        }

        private static End ofScore(byte[] text, boolean isLow) {
            boolean exclusive = text.length > 0 && text[0] == '(';
            byte[] number = exclusive ? Arrays.copyOfRange(text, 1, text.length) : text;
            double score = number.length == 0 ? 0 : Numbers.parseDouble(number);
            if (Double.isNaN(score)) {
                throw new CommandException("ERR min or max is not a float");
            }
            return new End(0, score, null, exclusive == isLow, 0);
        }

        private static End ofName(byte[] text, boolean isLow) {
            int first = text.length == 0 ? 0 : text[0];
            if (text.length == 1 && (first == '-' || first == '+')) {
                return new End(0, 0, null, false, first == '-' ? -1 : 1);
            }
            if (first != '(' && first != '[') {
                throw new CommandException("ERR min or max not valid string range item");
            }
            return new End(0, 0, Arrays.copyOfRange(text, 1, text.length), (first == '(') == isLow, 0);
        }

        /** Whether a name is outside of this end of a range. */
        boolean isBeyond(byte[] other, boolean isLow) {
            if (name == null) {
                return isLow ? infinite > 0 : infinite < 0;
            }
            int order = Arrays.compareUnsigned(other, name);
            return isLow ? order < 0 || (order == 0 && after) : order > 0 || (order == 0 && !after);
        }

        /** Returns how many members of a set are before this end. */
        long rankIn(SortedSetData set, Form form) {
            if (form == Form.SCORE) {
                return set.rank(after ? Bound.after(score) : Bound.before(score));
            }
            if (name == null) {
                return infinite < 0 ? 0 : set.size();
            }
            double common = set.memberAt(0).score();
            return set.rank(after ? Bound.after(common, name) : Bound.before(common, name));
        }
    }

    // ---- ranks ----

    /** Ranks from one to another, both inclusive. */
    private record Ranks(long start, long stop) {
        static final Ranks NONE = new Ranks(0, -1);
    }

    private Ranks ranks(SortedSetData set) {
        if (set.isEmpty() || low == null || high == null) {
            return Ranks.NONE;
        }
        if (form == Form.NAME
                && set.memberAt(0).score() != set.memberAt(set.size() - 1).score()) {
            return ranksOfNames(set.members(), low, high);
        }
        if (form != Form.RANK) {
            return new Ranks(low.rankIn(set, form), high.rankIn(set, form) - 1);
        }
        IndexRange indexes = new IndexRange(low.rank, high.rank);
        long start = indexes.start(set.size());
        long stop = indexes.stop(set.size());
        return descending ? new Ranks(set.size() - 1 - stop, set.size() - 1 - start) : new Ranks(start, stop);
    }

    /**
     * Returns the ranks between two names where scores differ, so that names are in no order: as far as a walk comes
     * that begins at the first name inside, and ends before the first one outside.
     */
    private Ranks ranksOfNames(List<Member> members, End low, End high) {
        boolean outside = low.isBeyond(members.get(members.size() - 1).name(), /* isLow= */ true)
                || high.isBeyond(members.get(0).name(), /* isLow= */ false);
        if (outside) {
            return Ranks.NONE;
        }
        int step = descending ? -1 : 1;
        int start = descending ? members.size() - 1 : 0;
        End near = descending ? high : low;
        while (start >= 0
                && start < members.size()
                && near.isBeyond(members.get(start).name(), !descending)) {
            start += step;
        }
        int end = start;
        End far = descending ? low : high;
        while (end >= 0
                && end < members.size()
                && !far.isBeyond(members.get(end).name(), descending)) {
            end += step;
        }
        return descending ? new Ranks(end + 1, start) : new Ranks(start, end - 1);
    }

    private List<Member> members(SortedSetData set) {
        Ranks ranks = limited(ranks(set));
        return ranks.start > ranks.stop ? List.of() : set.range(ranks.start, ranks.stop, descending);
    }

    private Ranks limited(Ranks ranks) {
        long size = ranks.stop - ranks.start + 1;
        if (size <= 0 || offset < 0 || offset >= size) {
            return Ranks.NONE;
        }
        long count = limit < 0 ? size - offset : Math.min(limit, size - offset);
        long start = descending ? ranks.stop - offset - count + 1 : ranks.start + offset;
        return new Ranks(start, start + count - 1);
    }
}
